/**
 * On random graphs: what edits of modules leave as it was. Values are those of the float64 reference, to the last bit; the
 * draws of weights are compared by their recipes where they are to stay.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyse } from '../graph/analyse.ts';
import { apply, invert } from '../graph/diff.ts';
import {
  addHyperparameter,
  addNode,
  changeHyperparameter,
  connect,
  duplicateModule,
  EditError,
  groupNodes,
  makeUnique,
  movePort,
  promotable,
  promoteParameter,
  reasonToKeep,
  removeHyperparameter,
  removeModule,
  removeNodes,
  renameHyperparameter,
  renameModule,
  renameNode,
  setRepeat,
  ungroupNode,
  usesOfModule,
  type Edit,
} from '../graph/edits.ts';
import { formatDocument } from '../graph/file.ts';
import { documentOf, instance, int, module, node, wire } from '../graph/testing/documents.ts';
import { isPort } from '../graph/ports.ts';
import { isInstance, type Edge, type GraphModule, type GraphNode, type PatchbayDocument } from '../graph/schema.ts';
import { FULL } from '../scripts/effort.ts';
import { hasWeights, redrawnByGroup } from './redraws.ts';
import { NODES } from './registry.ts';
import { compute } from './testing/graphs.ts';
import { planWeights } from './weights.ts';

/** How many random graphs: all of the promised 300 in a full run. */
const GRAPHS = FULL ? 300 : 30;

const BLOCK: GraphModule = module('Block', {
  hyperparameters: [int('width', 6, { minimum: 1 })],
  requires: [{ expression: 'width > 0' }],
  nodes: [
    node('x', 'input', { shape: 'batch width' }),
    node('mix', 'linear', { in_features: 'width', out_features: 'width' }),
    node('act', 'gelu', { approximate: 'tanh' }),
    // Two rows are what every graph reads.
    node('fold', 'reshape', { shape: 'rows=2, -1' }),
    node('limit', 'parameter', { shape: '1, 1', init: 'constant', value: 0.5 }),
    node('cap', 'multiply'),
    node('y', 'output'),
  ],
  edges: [
    wire('x.output', 'mix.input'),
    wire('mix.output', 'act.input'),
    wire('act.output', 'fold.input'),
    wire('fold.output', 'cap.a'),
    wire('limit.output', 'cap.b'),
    wire('cap.output', 'y.input'),
  ],
});

type Kind = 'linear' | 'add' | 'gelu' | 'layer_norm' | 'block' | 'stack';

interface Step {
  readonly kind: Kind;
  /** Which of the nodes before it reads, as fractions. */
  readonly reads: readonly [number, number];
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Kind>('linear', 'add', 'gelu', 'layer_norm', 'block', 'stack'),
    reads: fc.tuple(fc.double({ min: 0, max: 0.99, noNaN: true }), fc.double({ min: 0, max: 0.99, noNaN: true })),
  }),
  { minLength: 3, maxLength: 9 },
);

/** A graph of tensors [batch, width]: each step reads of what stands before it; the last is an output, and what is loose. */
function graphOf(list: readonly Step[]): PatchbayDocument {
  const nodes: GraphNode[] = [node('source', 'input', { shape: 'batch width' })];
  const edges: Edge[] = [];
  const ports: [string, string][] = [['source', 'output']];
  for (const [index, { kind, reads }] of list.entries()) {
    const name = `${kind}${index}`;
    const from = reads.map((fraction) => ports[Math.floor(fraction * ports.length)]!);
    const read = (port: string, which = 0) => edges.push({ from: from[which]!, to: [name, port] });
    if (kind === 'block' || kind === 'stack') {
      nodes.push(
        instance(name, kind === 'block' ? 'Block' : 'Layer', { width: 'width' }, kind === 'stack' ? { repeat: 2 } : {}),
      );
      read('x');
    } else if (kind === 'add') {
      nodes.push(node(name, kind));
      read('a');
      read('b', 1);
    } else {
      nodes.push(node(name, kind, PARAMS[kind]));
      read('input');
    }
    ports.push([name, kind === 'block' ? 'y' : kind === 'stack' ? 'x' : 'output']);
  }
  const read = new Set(edges.map(({ from }) => from[0]));
  const loose = ports.filter(([id]) => !read.has(id));
  for (const [index, port] of loose.entries()) {
    nodes.push(node(`out${index}`, 'output'));
    edges.push({ from: port, to: [`out${index}`, 'input'] });
  }
  const main = module('Model', {
    hyperparameters: [int('width', 6)],
    sizes: [{ name: 'batch', default: 2 }],
    nodes,
    edges,
  });
  const out = node('x_out', 'output', undefined, { name: 'x' });
  const carried = BLOCK.nodes.map((one) => (one.id === 'y' ? out : one));
  const layer = {
    ...BLOCK,
    name: 'Layer',
    nodes: carried,
    edges: [...BLOCK.edges.slice(0, -1), wire('cap.output', 'x_out.input')],
  };
  return documentOf([main, BLOCK, layer], { seed: 3, presets: [{ name: 'wide', values: { width: 8 } }] });
}

/** Of Block: mix has two, and limit is one. */
const WEIGHTS = 3;

/** What every graph reads. */
const SOURCE = { shape: [2, 6], data: Float32Array.from({ length: 12 }, (_, index) => Math.sin(index)) };

const PARAMS = {
  linear: { in_features: 'width', out_features: 'width' },
  gelu: {},
  layer_norm: { normalized_shape: 'width' },
} as const;

/** Every output by name, as numbers. */
async function valuesOf(document: PatchbayDocument): Promise<Readonly<Record<string, readonly number[]>>> {
  const { outputs } = await compute(document, { source: SOURCE });
  return Object.fromEntries([...outputs].map(([name, { data }]) => [name, [...data].map(Number)]));
}

/** What weights are drawn, in order; the paths may be others. */
function drawsOf(document: PatchbayDocument): readonly string[] {
  const { tree } = analyse(document, NODES);
  return [...planWeights(tree, document.seed).recipes.values()].map(({ key }) => key);
}

/** Applies, and checks that undo restores the bytes and that no other module is touched. */
function done(document: PatchbayDocument, edit: Edit, touched: readonly string[]): PatchbayDocument {
  const after = apply(document, edit.diff);
  expect(formatDocument(apply(after, invert(edit.diff)))).toBe(formatDocument(document));
  for (const one of document.modules)
    if (!touched.includes(one.name)) expect(after.modules.find(({ name }) => name === one.name)).toBe(one);
  expect({ ...after, modules: [], presets: [], main: '' }).toEqual({ ...document, modules: [], presets: [], main: '' });
  return after;
}

const MAIN = ['Model'];
const BOTH = ['Model', 'Block'];

const nth = fc.double({ min: 0, max: 0.99, noNaN: true });
const pick = <T>(list: readonly T[], fraction: number): T => list[Math.floor(fraction * list.length)]!;

test('group and ungroup keep every value; draws that move are known', { timeout: 600_000 }, async () => {
  let grouped = 0;
  await fc.assert(
    fc.asyncProperty(steps, fc.array(nth, { minLength: 1, maxLength: 4 }), async (list, picks) => {
      const document = graphOf(list);
      const main = document.modules[0]!;
      const inner = main.nodes.filter(({ id }) => id !== 'source' && !id.startsWith('out'));
      const ids = [...new Set(picks.map((fraction) => pick(inner, fraction).id))];
      const options = { hasWeights: (one: GraphNode) => hasWeights(document, one) };
      const edit = attempt(() => groupNodes(document, NODES, 'Model', ids, options));
      if (!edit) return;
      grouped++;
      const after = done(document, edit, MAIN);
      const redrawn = redrawnByGroup(document, after, { module: 'Model', instance: 'group' });
      const order = main.nodes.filter((one) => hasWeights(document, one)).map(({ id }) => ids.includes(id));
      // Draws move only where nodes with weights stand between those of the group.
      const together = order.lastIndexOf(true) - order.indexOf(true) + 1 === order.filter(Boolean).length;
      if (together || !order.includes(true)) expect(redrawn).toEqual([]);
      if (redrawn.length === 0) expect(await valuesOf(after)).toEqual(await valuesOf(document));
      // Its ports under other names: callers follow, and nothing is computed anew.
      const ports = after.modules.find(({ name }) => name === 'Group')!.nodes.filter(isPort);
      const renamed = ports.reduce(
        (current, { id, name }) => done(current, renameNode(current, 'Group', id, `${name}_port`), ['Model', 'Group']),
        after,
      );
      expect(await valuesOf(renamed)).toEqual(await valuesOf(after));
      const apart = done(renamed, ungroupNode(renamed, NODES, 'Model', edit.place!.nodeIds[0]!), MAIN);
      expect(await valuesOf(apart)).toEqual(await valuesOf(after));
      // Nothing is an instance of it now.
      expect(reasonToKeep(apart, 'Group')).toBeUndefined();
      const rid = done(apart, removeModule(apart, 'Group'), ['Group']);
      expect(rid.modules.map(({ name }) => name)).toEqual(document.modules.map(({ name }) => name));
      expect(await valuesOf(rid)).toEqual(await valuesOf(after));
    }),
    { numRuns: GRAPHS },
  );
  expect(grouped).toBeGreaterThan(GRAPHS / 4);
});

test(
  'make unique, renames of ports, modules and hyperparameters, and promotion keep every value',
  { timeout: 600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, nth, async (list, fraction) => {
        const document = graphOf(list);
        const main = document.modules[0]!;
        const before = await valuesOf(document);
        const check = async (edit: Edit, touched: readonly string[]): Promise<PatchbayDocument> => {
          const after = done(document, edit, touched);
          expect(await valuesOf(after)).toEqual(before);
          expect(drawsOf(after)).toEqual(drawsOf(document));
          return after;
        };
        await check(renameNode(document, 'Block', 'x', 'hidden'), BOTH);
        await check(renameNode(document, 'Block', 'y', 'result'), BOTH);
        await check(movePort(document, 'Block', 'x', 1), ['Block']);
        await check(renameModule(document, 'Block', 'Renamed'), BOTH);
        await check(renameModule(document, 'Model', 'Whole'), MAIN);
        await check(renameHyperparameter(document, NODES, 'Block', 'width', 'size'), BOTH);
        const renamed = await check(renameHyperparameter(document, NODES, 'Model', 'width', 'size'), MAIN);
        expect(renamed.presets).toEqual([{ name: 'wide', values: { size: 8 } }]);
        const added = addHyperparameter(document, 'Block', { name: 'spare', type: 'float', default: 1 });
        const spare = await check(added, ['Block']);
        expect(done(spare, removeHyperparameter(spare, NODES, 'Block', 'spare'), ['Block'])).toEqual(document);
        expect(() => removeHyperparameter(document, NODES, 'Block', 'width')).toThrow(EditError);
        // Every instance gives its own width: the default says nothing to them.
        await check(changeHyperparameter(document, 'Block', 'width', { default: 4 }), ['Block']);
        const copied = await check(duplicateModule(document, 'Block'), []);
        expect(done(copied, removeModule(copied, 'Block2'), ['Block2'])).toEqual(document);
        if (usesOfModule(document, 'Block').length > 0) {
          expect(() => removeModule(document, 'Block')).toThrow('Block is used in Model');
        }
        const instances = main.nodes.filter((one) => 'module' in one);
        if (instances.length === 0) return;
        const one = pick(instances, fraction);
        await check(makeUnique(document, 'Model', one.id), MAIN);
        const stack = instances.find(({ id }) => id.startsWith('stack'));
        if (stack) await check(promoteParameter(document, NODES, 'Model', stack.id, 'repeat'), MAIN);
      }),
      { numRuns: GRAPHS },
    );
  },
);

test(
  'whatever can be a hyperparameter becomes one, and nothing is computed otherwise',
  { timeout: 600_000 },
  async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(steps, fc.array(nth, { minLength: 2, maxLength: 5 }), async (list, picks) => {
        const start = graphOf(list);
        const before = await valuesOf(start);
        let document = start;
        // One after the other, so that what was promoted inside is promoted again by the instances.
        for (const fraction of picks) {
          const places = promotablePlaces(document);
          const { module: of, node: one, param, item } = pick(places, fraction);
          document = done(document, promoteParameter(document, NODES, of, one, param, item), [of]);
          seen.add(document.modules.find(({ name }) => name === of)!.hyperparameters.at(-1)!.type);
        }
        expect(await valuesOf(document)).toEqual(before);
        expect(drawsOf(document)).toEqual(drawsOf(start));
        // Instances that come to stand alone keep what they were given.
        const block = document.modules[0]!.nodes.find(({ id }) => id.startsWith('block'));
        if (block) {
          const apart = done(document, ungroupNode(document, NODES, 'Model', block.id), MAIN);
          expect(await valuesOf(apart)).toEqual(before);
        }
      }),
      { numRuns: GRAPHS },
    );
    expect([...seen].toSorted()).toEqual(['bool', 'float', 'int', 'string']);
  },
);

/** Everything in the document that `promotable` offers. */
function promotablePlaces(document: PatchbayDocument) {
  return document.modules.flatMap(({ name: of, nodes }) =>
    nodes.flatMap((one) => {
      const rules = isInstance(one)
        ? [...document.modules.find(({ name }) => name === one.module)!.hyperparameters, { name: 'repeat' }]
        : NODES.get(one.type)!.params;
      return rules.flatMap(({ name: param }) => {
        const found = promotable(document, NODES, one, param);
        return found.ok ? found.places.map(({ item }) => ({ module: of, node: one.id, param, item })) : [];
      });
    }),
  );
}

test(
  'one layer is what the module alone is; a deleted port takes its wires and nothing else',
  { timeout: 600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const document = graphOf(list);
        const stack = document.modules[0]!.nodes.find(({ id }) => id.startsWith('stack'));
        if (stack) {
          const [once, single] = [1, undefined].map((layers) =>
            done(document, setRepeat(document, 'Model', stack.id, layers), MAIN),
          );
          expect(await valuesOf(once!)).toEqual(await valuesOf(single!));
          const deeper = done(document, setRepeat(document, 'Model', stack.id, 3), MAIN);
          const paths = (of: PatchbayDocument) => analyse(of, NODES).tree.byPath;
          expect(paths(deeper).has(`${stack.name}.2.mix`)).toBe(true);
          expect(drawsOf(deeper)).toHaveLength(drawsOf(document).length + WEIGHTS);
        }
        const spare = await withSpareInput(document);
        if (spare) {
          expect(await valuesOf(spare)).toEqual(await valuesOf(document));
          const renamed = done(spare, renameNode(spare, 'Block', 'spare', 'other'), BOTH);
          expect(await valuesOf(renamed)).toEqual(await valuesOf(document));
          expect(formatDocument(done(renamed, removeNodes(renamed, 'Block', ['spare']), BOTH))).toBe(
            formatDocument(document),
          );
        }
        const after = done(document, removeNodes(document, 'Block', ['y']), BOTH);
        const lost = document.modules[0]!.edges.filter(({ from }) => from[1] === 'y');
        expect(after.modules[0]!.nodes).toBe(document.modules[0]!.nodes);
        expect(after.modules[0]!.edges).toEqual(document.modules[0]!.edges.filter((edge) => !lost.includes(edge)));
        expect(drawsOf(after)).toEqual(drawsOf(document));
      }),
      { numRuns: GRAPHS },
    );
  },
);

/** The document with one more input of Block that all its instances have wired; null where there are none. */
async function withSpareInput(document: PatchbayDocument): Promise<PatchbayDocument | null> {
  const blocks = usesOfModule(document, 'Block');
  if (blocks.length === 0) return null;
  const added = done(document, addNode(document, 'Block', { type: 'input', position: [0, 0], name: 'spare' }), [
    'Block',
  ]);
  return blocks.reduce(
    (current, { id }) => done(current, connect(current, 'Model', ['source', 'output'], [id, 'spare']), MAIN),
    added,
  );
}

/** Null where nodes cannot be grouped: what lies between them is not among them. */
function attempt(make: () => Edit): Edit | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof EditError) return null;
    throw error;
  }
}
