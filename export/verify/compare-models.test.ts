/** Checkpoints of one graph, and a graph with its edited copy: what differs in numbers is found, and nothing else. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runReference } from '../../gpu/reference.ts';
import { elementCount } from '../../gpu/ir/types.ts';
import { apply } from '../../graph/diff.ts';
import { makers, madeFrom } from '../../graph/testing/arbitrary-edits.ts';
import { stackDocument } from '../../graph/testing/documents.ts';
import { renameNode, setParam, setSeed, type Edit } from '../../graph/edits.ts';
import { portPath, type InstancePath, type InstanceTree, type LeafInstance } from '../../graph/instance.ts';
import { pairInstances } from '../../graph/pair-instances.ts';
import type { ParameterValue, PatchbayDocument } from '../../graph/schema.ts';
import { planCheckpoint } from '../../nodes/checkpoint.ts';
import { NODES } from '../../nodes/registry.ts';
import { runs } from '../../scripts/effort.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { documentSource } from '../document-source.ts';
import type { ExportSource } from '../target.ts';
import { exportSourceOf } from '../testing/source.ts';
import { compareModels } from './compare-models.ts';
import type { ComputesGraphs } from './compute-named.ts';

const template = (name: string): Promise<PatchbayDocument> =>
  TEMPLATES.find((candidate) => candidate.name === name)!.load();

/** Float64 as it is computed: rounding would hide the smallest differences. */
function reference(): ComputesGraphs & { readonly computed: string[] } {
  const computed: string[] = [];
  return {
    computed,
    compute: async (graph, leaf) => {
      const report = await runReference(graph, ({ kind, name }) => leaf(kind, name));
      computed.push(...graph.outputs.map(({ name }) => name));
      return {
        tensors: Array.from(report.taps, ([name, { data, ...type }]) => ({
          name,
          type,
          data: Float32Array.from(data),
        })),
      };
    },
  };
}

/** The model with its weights in a file, some of them changed: equal numbers under another file's keys. */
function checkpointOf(source: ExportSource, hash: string, changed: ReadonlyMap<string, number>): ExportSource {
  const entries = new Map(Array.from(source.weights.recipes.values(), ({ path, shape }) => [path, { shape }]));
  const weights = planCheckpoint(source.weights, source.tree, { hash, name: hash, entries });
  return {
    ...source,
    weights,
    leaf: async (kind, name) => {
      const values = await source.leaf(kind, name);
      const by = changed.get(name);
      return kind === 'weight' && by !== undefined
        ? Float32Array.from(values, (value, index) => value + by * Math.sin(1 + index))
        : values;
    },
  };
}

/** Paths of leaves that use one of these weights, or what such a leaf computes. */
function downstream(source: ExportSource, weights: Iterable<string>): ReadonlySet<InstancePath> {
  const owners = new Set(Array.from(weights, (path) => source.weights.recipes.get(path)!.owner));
  const reached = new Set<InstancePath>();
  for (const leaf of source.tree.execution) {
    const fed = Object.values(leaf.inputs).some(({ path }) => reached.has(path));
    if (fed || owners.has(leaf.weightPath)) reached.add(leaf.path);
  }
  return reached;
}

function leafPaths(tree: InstanceTree, names: Iterable<string>): ReadonlySet<InstancePath> {
  const leafOf = new Map(
    tree.execution.flatMap(({ path, type }) =>
      (NODES.get(type)?.outputs ?? []).map(({ name }) => [portPath(path, name), path] as const),
    ),
  );
  return new Set(Array.from(names, (name) => leafOf.get(name)).filter((path) => path !== undefined));
}

const SMALL = { depth: 2, image_size: 8, patch_size: 4, embed_dim: 8, num_heads: 2 };

test('two checkpoints that differ in random weights: exactly those are found, and the values exactly downstream', async () => {
  const source = exportSourceOf(await template('vit'), { values: SMALL });
  // A key's bias moves all scores of a query alike, which the softmax takes out again: nothing downstream changes.
  const paths = [...source.weights.recipes.keys()].filter((path) => !path.endsWith('k_proj.bias'));
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(paths, { maxLength: 6 }),
      fc.double({ min: 0.05, max: 2, noNaN: true }),
      async (chosen, by) => {
        const first = checkpointOf(source, 'a', new Map());
        const second = checkpointOf(source, 'b', new Map(chosen.map((path) => [path, by])));
        const { weights, values, ownInputs } = await compareModels(first, second, reference());
        expect(ownInputs).toEqual([]);
        expect(weights.map(({ name }) => name).toSorted()).toEqual(chosen.toSorted());
        expect(new Set(weights.map(({ owner }) => owner))).toEqual(
          new Set(chosen.map((path) => source.weights.recipes.get(path)!.owner)),
        );
        for (const { relativeL2, maxAbs } of weights) {
          expect(maxAbs).toBeGreaterThan(0);
          expect(maxAbs).toBeLessThanOrEqual(by * 1.001);
          expect(relativeL2).toBeGreaterThan(0);
        }
        const found = values.map(({ name }) => name);
        expect(leafPaths(source.tree, found)).toEqual(downstream(source, chosen));
      },
    ),
    { numRuns: runs(30) },
  );
}, 240_000);

test('what is not downstream of a change is not computed', async () => {
  const source = exportSourceOf(await template('vit'), { values: SMALL });
  const same = reference();
  const both = [checkpointOf(source, 'a', new Map()), checkpointOf(source, 'b', new Map())] as const;
  expect(await compareModels(both[0], both[1], same)).toEqual({ weights: [], values: [], ownInputs: [] });
  expect(same.computed).toEqual([]);
  const last = reference();
  const changed = checkpointOf(source, 'b', new Map([['norm.bias', 1]]));
  const { values } = await compareModels(both[0], changed, last);
  expect(new Set(last.computed).size).toBeLessThanOrEqual(values.length);
});

test('in pieces of any size the differences are the same, and every step is told', async () => {
  const source = exportSourceOf(await template('vit'), { values: SMALL });
  const first = checkpointOf(source, 'a', new Map());
  const second = checkpointOf(source, 'b', new Map([['blocks.0.norm1.bias', 1]]));
  const whole = await compareModels(first, second, reference());
  const steps: string[] = [];
  const pieces = await compareModels(first, second, reference(), {
    mostBytes: 600,
    onStep: (done, total) => steps.push(`${done}/${total}`),
  });
  expect(pieces).toEqual(whole);
  expect(steps.length).toBeGreaterThan(10);
  const [done, total] = steps.at(-1)!.split('/');
  expect(done).toBe(total);
});

test('a comparison that is given up ends between two steps', async () => {
  const source = exportSourceOf(await template('vit'), { values: SMALL });
  const stop = new AbortController();
  const device = reference();
  const comparing = compareModels(
    checkpointOf(source, 'a', new Map()),
    checkpointOf(source, 'b', new Map([['norm.bias', 1]])),
    device,
    { signal: stop.signal, onStep: (done) => done === 2 && stop.abort(new Error('given up')) },
  );
  await expect(comparing).rejects.toThrow('given up');
});

async function edited(
  name: string,
  values: Readonly<Record<string, ParameterValue>>,
  make: (document: PatchbayDocument) => Edit,
) {
  const document = await template(name);
  const copy = apply(document, make(document).diff);
  return compareModels(exportSourceOf(document, { values }), exportSourceOf(copy, { values }), reference());
}

test('a node that is only called otherwise has the same values; so has a graph whose seed draws the same', async () => {
  const renamed = await edited('vit', SMALL, (document) => {
    const main = document.modules.find(({ name }) => name === document.main)!;
    return renameNode(document, main.name, main.nodes.find(({ name }) => name === 'norm')!.id, 'last_norm');
  });
  expect(renamed).toEqual({ weights: [], values: [], ownInputs: [] });
});

test('another seed: every weight that is drawn differs, and every value that depends on one', async () => {
  const document = await template('vit');
  const source = exportSourceOf(document, { values: SMALL });
  const { weights, values, ownInputs } = await edited('vit', SMALL, (one) => setSeed(one, one.seed + 1));
  const drawn = [...source.weights.recipes.values()].filter(
    ({ from }) => from.kind === 'drawn' && from.initializer.kind !== 'constant',
  );
  expect(weights.map(({ name }) => name)).toEqual(drawn.map(({ path }) => path));
  expect(
    leafPaths(
      source.tree,
      values.map(({ name }) => name),
    ),
  ).toEqual(
    downstream(
      source,
      drawn.map(({ path }) => path),
    ),
  );
  // Of the same inputs, though a random one would be drawn from another seed too.
  expect(ownInputs).toEqual([]);
});

test('where shapes differ they are told, and nothing is measured', async () => {
  const { weights, values } = await edited('vit', SMALL, (document) => {
    const block = document.modules.find(({ name }) => name === 'VisionMLP')!;
    const hidden = block.nodes.find(({ name }) => name === 'fc1')!;
    const out = block.nodes.find(({ name }) => name === 'fc2')!;
    const wide = apply(document, setParam(document, block.name, hidden.id, 'out_features', 12).diff);
    const edit = setParam(wide, block.name, out.id, 'in_features', 12);
    return { ...edit, diff: [...setParam(document, block.name, hidden.id, 'out_features', 12).diff, ...edit.diff] };
  });
  const fc1 = weights.find(({ name }) => name === 'blocks.0.mlp.fc1.weight')!;
  expect(fc1).toMatchObject({ shape: [12, 8], relativeL2: Infinity });
  expect(elementCount(fc1.shapeBefore!)).not.toBe(elementCount(fc1.shape));
  const value = values.find(({ name }) => name === 'blocks.0.mlp.fc1.output')!;
  expect(value.shape.at(-1)).toBe(12);
  expect(value.shapeBefore).toBeDefined();
});

test('random edits of a graph: values differ nowhere but at what was edited or redrawn, and what follows from it', async () => {
  const start = stackDocument();
  const sourceOf = (document: PatchbayDocument) =>
    documentSource(document, 'edited', { pictureOf: () => Promise.reject(new Error('the graph has no picture')) })
      .source;
  const before = sourceOf(start);
  let found = 0;
  await fc.assert(
    fc.asyncProperty(makers, async (list) => {
      const { document } = madeFrom(start, list, (one, edit) => apply(one, edit.diff));
      const after = sourceOf(document);
      const { weights, values } = await compareModels(before, after, reference());
      const reached = reachedBy(before.tree, after.tree, new Set(weights.map(({ owner }) => owner)));
      const differing = leafPaths(
        after.tree,
        values.map(({ name }) => name),
      );
      expect([...differing].filter((path) => !reached.has(path))).toEqual([]);
      found += differing.size;
    }),
    { numRuns: runs(60) },
  );
  expect(found).toBeGreaterThan(20);
}, 120_000);

/** Leaves that are new, have other parameters or inputs, or were redrawn; and all that follow from one. */
function reachedBy(
  before: InstanceTree,
  after: InstanceTree,
  redrawn: ReadonlySet<InstancePath>,
): ReadonlySet<InstancePath> {
  const pairs = pairInstances(before, after);
  const told = ({ type, params, inputs }: LeafInstance, pathOf: (path: InstancePath) => InstancePath | undefined) =>
    JSON.stringify([
      type,
      Object.entries(params).map(([name, { value }]) => [name, value]),
      Object.entries(inputs).map(([name, { path, port }]) => [name, pathOf(path), port]),
    ]);
  const reached = new Set<InstancePath>();
  for (const leaf of after.execution) {
    const was = before.byPath.get(pairs.get(leaf.path) ?? '');
    const same = was?.kind === 'leaf' && told(was, (path) => path) === told(leaf, (path) => pairs.get(path));
    const fed = Object.values(leaf.inputs).some(({ path }) => reached.has(path));
    if (!same || fed || redrawn.has(leaf.weightPath)) reached.add(leaf.path);
  }
  return reached;
}
