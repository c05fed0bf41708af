/** `patchbay compare`: what differs between two graphs, or two checkpoints of one: nodes, weights, and computed values. */
import { compareModels, type Difference } from '../../export/verify/compare-models.ts';
import { compareDocuments, type Comparison, type FieldChange } from '../../graph/compare.ts';
import type { Call, Command, Flag } from '../command.ts';
import { openDevice } from '../devices/open.ts';
import { exportSource } from '../export-source.ts';
import { DEVICE, GRAPH_FLAGS, INPUT, RENAME, WEIGHTS } from '../flags.ts';
import { loadGraph } from '../graph.ts';
import { loadModel } from '../model.ts';

const OTHER_WEIGHTS: Flag = {
  name: 'other-weights',
  value: 'FILE[:PREFIX/]',
  help: 'take the weights of OTHER from this file; absent: as GRAPH',
};

const STRUCTURE: Flag = { name: 'structure', help: 'compare only what is written, and compute nothing' };

export const compare: Command = {
  name: 'compare',
  summary: 'What differs between two graphs, or two checkpoints of one; exit 1 if anything does',
  operands: ['GRAPH', 'OTHER'],
  flags: [...GRAPH_FLAGS, WEIGHTS, RENAME, OTHER_WEIGHTS, INPUT, DEVICE, STRUCTURE],
  run: async (call) => {
    const calls = [callOf(call, 0), callOf(call, 1)] as const;
    const [before, after] = [await loadGraph(calls[0]), await loadGraph(calls[1])];
    const written = describeComparison(compareDocuments(before.document, after.document));
    for (const line of written) call.print(line);
    if (call.has(STRUCTURE)) return verdict(call, written.length);

    const models = [await loadModel(calls[0]), await loadModel(calls[1])] as const;
    const [first, second] = [
      exportSource(calls[0].operands[0]!, models[0]),
      exportSource(calls[1].operands[0]!, models[1]),
    ];
    const device = await openDevice(call.value(DEVICE))();
    try {
      const { weights, values, ownInputs } = await compareModels(first, second, device);
      for (const name of ownInputs) call.print(`source ${name}: its own numbers, as OTHER's do not fit`);
      // What leaves a module is what leaves the node behind it.
      const ports = values.filter(({ path }) => models[1].tree.byPath.get(path)?.kind === 'leaf' || path === '');
      for (const weight of weights) call.print(`weight ${describeDifference(weight)}`);
      for (const value of ports) call.print(`value ${describeDifference(value)}`);
      return verdict(call, written.length + weights.length + ports.length);
    } finally {
      device.dispose();
    }
  },
};

function verdict(call: Call, differences: number): number {
  if (differences === 0) call.print('nothing differs');
  return differences === 0 ? 0 : 1;
}

/** The call as it is about one of the two graphs. */
function callOf(call: Call, operand: 0 | 1): Call {
  return {
    ...call,
    operands: [call.operands[operand]!],
    // Every output of every node is computed anyway.
    values: (flag) => (flag.name === 'tap' ? [] : call.values(flag)),
    value: (flag) =>
      flag === WEIGHTS && operand === 1 ? (call.value(OTHER_WEIGHTS) ?? call.value(WEIGHTS)) : call.value(flag),
  };
}

function describeDifference({ name, shape, shapeBefore, relativeL2, maxAbs }: Difference): string {
  if (shapeBefore) return `${name}: [${shapeBefore.join(', ')}] → [${shape.join(', ')}]`;
  return `${name}: relative L2 ${relativeL2.toExponential(2)}, largest ${maxAbs.toExponential(2)}`;
}

/** A line for each thing that is written otherwise. */
export function describeComparison({ nodes, modules, document }: Comparison): readonly string[] {
  return [
    ...document.map((field) => `document: ${describeField(field)}`),
    ...modules.map(({ kind, module, fields }) => `${kind} module ${module}${describeFields(fields)}`),
    ...nodes.map(({ kind, module, name, of, fields }) => `${kind} ${module}/${name} (${of})${describeFields(fields)}`),
  ];
}

function describeFields(fields: readonly FieldChange[]): string {
  return fields.length === 0 ? '' : `: ${fields.map(describeField).join('; ')}`;
}

function describeField({ field, before, after }: FieldChange): string {
  const [was, is] = [before, after].map((value) => (value === undefined ? 'absent' : JSON.stringify(value)));
  return `${field} ${was} → ${is}`;
}
