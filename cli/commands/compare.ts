/** `patchbay compare`: what differs between two graphs, or two checkpoints of one: nodes, weights, and computed values. */
import type { ComputedTensor } from '../../export/values.ts';
import { runPasses } from '../../gpu/passes/pipeline.ts';
import { compareDocuments, type Comparison, type FieldChange } from '../../graph/compare.ts';
import { portPath } from '../../graph/instance.ts';
import { NODES } from '../../nodes/registry.ts';
import type { Call, Command, Flag } from '../command.ts';
import type { Device } from '../devices/device.ts';
import { openDevice } from '../devices/open.ts';
import { DEVICE, GRAPH_FLAGS, INPUT, WEIGHTS } from '../flags.ts';
import { loadGraph } from '../graph.ts';
import { bindInputs } from '../inputs.ts';
import { leavesOf } from '../leaves.ts';
import { buildModel, loadFiles, loadModel, type Model } from '../model.ts';

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
  flags: [...GRAPH_FLAGS, WEIGHTS, OTHER_WEIGHTS, INPUT, DEVICE, STRUCTURE],
  run: async (call) => {
    const calls = [callOf(call, 0), callOf(call, 1)] as const;
    const [before, after] = [await loadGraph(calls[0]), await loadGraph(calls[1])];
    const written = describeComparison(compareDocuments(before.document, after.document));
    for (const line of written) call.print(line);
    if (call.has(STRUCTURE)) return verdict(call, written.length);

    const device = await openDevice(call.value(DEVICE))();
    try {
      const first = await computeAll(calls[0], device);
      const second = await computeAll(calls[1], device);
      const differences = [
        ...different('weight', first.weights, second.weights),
        ...different('value', first.values, second.values),
      ];
      for (const line of differences) call.print(line);
      return verdict(call, written.length + differences.length);
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

interface Numbers {
  readonly shape: readonly number[];
  readonly data: ComputedTensor['data'];
}

/** Every weight by its `state_dict` path, and every output of every node by its port's path. */
async function computeAll(
  call: Call,
  device: Device,
): Promise<{ readonly weights: ReadonlyMap<string, Numbers>; readonly values: ReadonlyMap<string, Numbers> }> {
  const model = await tapped(call);
  const leaves = leavesOf(model, true);
  const { tensors } = await device.compute(runPasses(model.graph), leaves.read);
  const weights = await leaves.weights();
  return {
    weights: new Map(
      Array.from(weights, ([path, data]) => [path, { shape: model.weights.recipes.get(path)!.shape, data }]),
    ),
    values: new Map(tensors.map(({ name, type, data }) => [name, { shape: type.shape, data }])),
  };
}

/** The model with a tap at every output of a node that computes. */
async function tapped(call: Call): Promise<Model> {
  const model = await loadModel(call);
  const taps = model.tree.execution.flatMap(({ path, type }) =>
    (NODES.get(type)?.outputs ?? []).map(({ name }) => portPath(path, name)),
  );
  const known = taps.filter((tap) => model.lowered.outputs.has(tap));
  const graph = await bindInputs(await loadGraph(call), call);
  return buildModel(graph, await loadFiles(graph, call), known);
}

/** A line for each that is not the same in both, in the first one's order; what only one has is told as written. */
function different(
  what: string,
  first: ReadonlyMap<string, Numbers>,
  second: ReadonlyMap<string, Numbers>,
): readonly string[] {
  const lines: string[] = [];
  for (const [name, was] of first) {
    const is = second.get(name);
    if (!is) continue;
    const shapes = [was, is].map(({ shape }) => `[${shape.join(', ')}]`);
    if (shapes[0] !== shapes[1]) lines.push(`${what} ${name}: ${shapes[0]} → ${shapes[1]}`);
    else {
      const difference = relativeL2(was.data, is.data);
      if (difference > 0) lines.push(`${what} ${name}: relative L2 ${difference.toExponential(2)}`);
    }
  }
  return lines;
}

/** ‖b − a‖ / ‖a‖; what is not a number on one side only differs without bound. */
function relativeL2(a: Numbers['data'], b: Numbers['data']): number {
  let difference = 0;
  let norm = 0;
  for (let index = 0; index < a.length; index++) {
    const [was, is] = [a[index]!, b[index]!];
    if (Object.is(was, is)) {
      norm += Number.isFinite(was) ? was * was : 0;
      continue;
    }
    difference += (is - was) ** 2;
    norm += was * was;
  }
  if (difference === 0) return 0;
  const relative = Math.sqrt(difference / norm);
  return Number.isNaN(relative) ? Infinity : relative;
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
