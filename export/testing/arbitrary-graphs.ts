/** Random valid graphs over the node library, some of their nodes in modules of their own, for property tests of exports. */
import fc from 'fast-check';
import { analyse } from '../../graph/analyse.ts';
import { EditError } from '../../graph/changes.ts';
import { apply } from '../../graph/diff.ts';
import { groupNodes } from '../../graph/edits.ts';
import { portPath } from '../../graph/instance.ts';
import {
  FORMAT_VERSION,
  schemas,
  type GraphModule,
  type GraphNode,
  type ParameterValue,
  type PatchbayDocument,
} from '../../graph/schema.ts';
import type { ParameterDefinition, PortDType, PortType } from '../../graph/signature.ts';
import type { NodeDefinition } from '../../nodes/definition.ts';
import { NODES } from '../../nodes/registry.ts';
import { typesOf, type Tensors } from '../../nodes/testing/graphs.ts';
import { spellingOf } from '../../nodes/torch.ts';

export interface RandomGraph {
  readonly document: PatchbayDocument;
  readonly inputs: Tensors;
}

/** Picks a number below a bound. */
type Pick = (bound: number) => number;

const INPUTS: Tensors = {
  x: { shape: [2, 3, 4], data: numbers(24) },
  y: { shape: [3, 4], data: numbers(12) },
  ids: { shape: [2, 3], data: [0, 3, 1, 2, 2, 0], dtype: 'i32' },
  mask: { shape: [2, 3], data: [1, 0, 1, 1, 1, 0], dtype: 'bool' },
};

const RESOLUTION = 2 ** 30;

/** Larger values than this only take time. */
const MOST_ELEMENTS = 4000;

/**
 * Numbers out of range and ties have no one right answer: `log` of a negative, powers that overflow, labels beyond the classes,
 * rows that a table does not have, what rounding puts on either side of a whole number.
 */
const LEFT_OUT: readonly string[] = [
  'log',
  'sqrt',
  'exp',
  'power',
  'divide',
  'argmax',
  'top_k',
  'cross_entropy',
  'take_rows',
  'cast',
  'random_tensor',
];

const TYPES: readonly NodeDefinition[] = [...NODES.values()].filter(
  ({ type, torch, outputs, source }) => spellingOf(torch) && !source && outputs.length > 0 && !LEFT_OUT.includes(type),
);

export function arbitraryGraph(names: fc.Arbitrary<string>): fc.Arbitrary<RandomGraph> {
  // Evenly spread: fast-check's own are mostly small, and every node would be of the first type.
  const picks = fc.infiniteStream(fc.noBias(fc.integer({ min: 0, max: RESOLUTION - 1 })));
  return fc.tuple(picks, fc.infiniteStream(names)).map(([fractions, wanted]) => {
    const pick: Pick = (bound) => Math.floor((fractions.next().value / RESOLUTION) * bound);
    return { document: buildGraph(pick, () => wanted.next().value), inputs: INPUTS };
  });
}

function buildGraph(pick: Pick, nextName: () => string): PatchbayDocument {
  const ports = Object.entries(INPUTS).map(([name, { dtype = 'f32' }]) => ({
    id: name,
    name,
    type: 'input',
    params: { dtype },
    position: [0, 0],
  }));
  let document = documentOf(schemas().module.parse({ name: 'Main', hyperparameters: [], nodes: ports, edges: [] }));
  for (let attempt = 0; attempt < 40 && document.modules[0]!.nodes.length < 14; attempt++) {
    document = withNode(document, pick, nextName) ?? document;
  }
  return grouped(withOutputs(document, pick), pick, nextName);
}

function documentOf(main: GraphModule, others: readonly GraphModule[] = []): PatchbayDocument {
  return {
    format: 'patchbay',
    version: FORMAT_VERSION,
    seed: 3,
    main: main.name,
    presets: [],
    modules: [main, ...others],
    assets: [],
  };
}

/** One more node, wired to what is there; null where it does not fit. */
function withNode(document: PatchbayDocument, pick: Pick, nextName: () => string): PatchbayDocument | null {
  const [main] = document.modules as [GraphModule];
  const record = TYPES[pick(TYPES.length)]!;
  const values = valuesOf(document);
  const id = `n${main.nodes.length}`;
  const wires: { readonly from: [string, string]; readonly to: [string, string]; readonly type: PortType }[] = [];
  for (const { name, dtypes = ['f32'], optional } of record.inputs) {
    if (optional && pick(2) === 0) continue;
    const fitting = values.filter(({ type }) => (dtypes as readonly PortDType[]).includes(type.dtype));
    const value = fitting[pick(fitting.length)];
    if (!value) return null;
    wires.push({ from: value.from, to: [id, name], type: value.type });
  }
  const [first] = wires;
  const params = Object.fromEntries(record.params.map((rule) => [rule.name, randomValue(rule, first?.type, pick)]));
  const name = freshName(main, nextName());
  const node: GraphNode = { id, name, type: record.type, params, position: [0, 0] };
  const edges = [...main.edges, ...wires.map(({ from, to }) => ({ from, to }))];
  const next = documentOf({ ...main, nodes: [...main.nodes, node], edges }, document.modules.slice(1));
  return isSound(next) ? next : null;
}

/** A value that often fits: sizes are those of what comes in, axes are within its rank. */
function randomValue(rule: ParameterDefinition, type: PortType | undefined, pick: Pick): ParameterValue {
  switch (rule.type) {
    case 'int': {
      if (/dim[01]?$/.test(rule.name) && rule.minimum === undefined) return pick(6) - 3;
      const sizes = type?.dims.map(({ size }) => size) ?? [];
      const size = sizes.at(-1 - pick(2)) ?? 2;
      // Every id has a row.
      if (rule.name === 'num_embeddings') return 4 + pick(3);
      return Math.max(rule.minimum ?? -3, /^in_|normalized|input_size|embed|num_/.test(rule.name) ? size : pick(4));
    }
    case 'float':
      return Math.max(rule.minimum ?? -1, pick(8) / 4);
    case 'bool':
      return pick(2) === 1;
    case 'choice':
      return rule.choices![pick(rule.choices!.length)]!;
    case 'dims':
      return ['-1', '2, -1', 'input.shape[0], -1', 'input.shape[0], input.shape[1], 2, half=4 // 2'][pick(4)]!;
    default:
      return rule.default;
  }
}

function isSound(document: PatchbayDocument): boolean {
  const { inference, problems } = analyse(document, NODES, { bound: typesOf(INPUTS) });
  if (problems.some(({ severity }) => severity === 'error')) return false;
  return [...inference.outputs.values()].every(({ dims }) => {
    const count = dims.reduce((product, { size }) => product * size, 1);
    return count > 0 && count <= MOST_ELEMENTS;
  });
}

interface Value {
  readonly from: [string, string];
  readonly type: PortType;
}

/** Every output port in the main module, with its type. */
function valuesOf(document: PatchbayDocument): readonly Value[] {
  const { inference } = analyse(document, NODES, { bound: typesOf(INPUTS) });
  return document.modules[0]!.nodes.flatMap((node): Value[] => {
    const outputs = NODES.get((node as { readonly type: string }).type)?.outputs ?? [];
    return outputs.flatMap(({ name }): Value[] => {
      const type = inference.outputs.get(portPath(node.name, name));
      return type ? [{ from: [node.id, name], type }] : [];
    });
  });
}

/** Outputs for what nobody reads, and for a value in between. */
function withOutputs(document: PatchbayDocument, pick: Pick): PatchbayDocument {
  const [main, ...others] = document.modules as [GraphModule, ...GraphModule[]];
  const read = new Set(main.edges.map(({ from }) => from.join(' ')));
  const values = valuesOf(document).filter(({ from }) => !Object.hasOwn(INPUTS, from[0]));
  const shown = values.filter(({ from }, index) => !read.has(from.join(' ')) || index === pick(values.length));
  const nodes = shown.map((_, index): GraphNode => {
    return { id: `out${index}`, name: `out${index}`, type: 'output', position: [0, 0] };
  });
  const edges = shown.map(({ from }, index) => ({ from, to: [`out${index}`, 'input'] as [string, string] }));
  return documentOf({ ...main, nodes: [...main.nodes, ...nodes], edges: [...main.edges, ...edges] }, others);
}

/** Some neighbours as a module of their own; as they were where that is not possible. */
function grouped(document: PatchbayDocument, pick: Pick, nextName: () => string): PatchbayDocument {
  const nodes = document.modules[0]!.nodes.filter(({ id }) => id.startsWith('n'));
  if (nodes.length < 3 || pick(3) === 0) return document;
  const start = pick(nodes.length - 1);
  const ids = nodes.slice(start, start + 2 + pick(4)).map(({ id }) => id);
  try {
    const name = nextName().replace(/^[0-9]/, 'Group');
    const next = apply(document, groupNodes(document, NODES, 'Main', ids, { name }).diff);
    return isSound(next) ? next : document;
  } catch (error) {
    if (error instanceof EditError) return document;
    throw error;
  }
}

function freshName({ nodes }: GraphModule, wanted: string): string {
  let name = wanted;
  for (let number = 1; nodes.some((node) => node.name === name); number++) name = `${wanted}${number}`;
  return name;
}

/** Numbers between −1 and 1 that look like none of each other. */
function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => Math.fround(Math.sin(index * 12.9898 + 1)));
}
