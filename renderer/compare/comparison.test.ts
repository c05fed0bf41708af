import { afterEach, expect, test, vi } from 'vitest';
import type { ModelDifferences } from '../../export/verify/compare-models.ts';
import { analyse } from '../../graph/analyse.ts';
import { moveNodes, setSeed } from '../../graph/edits.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { drawWeights, planWeights } from '../../nodes/weights.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import type { PickedCheckpoint } from '../platform/platform.ts';
import { createCheckpoints } from '../session/checkpoints.ts';
import { filesOf } from '../session/graph-source.ts';
import { createReferenceDevice } from '../session/reference-device.ts';
import { createComparisonStore } from '../stores/comparison.ts';
import { checkpointOf } from '../testing/checkpoints.ts';
import { createTestApp } from '../testing/test-app.ts';
import { compareOn } from './comparer.ts';
import type { FromCompare, ToCompare } from './protocol.ts';
import { summarise } from './summary.ts';
import { createValueComparison } from './value-comparison.ts';
import { describeMark, shortDistance, shortNumber } from './words.ts';

const attention = (): Promise<PatchbayDocument> => TEMPLATES.find(({ name }) => name === 'attention')!.load();
const noPicture = () => Promise.reject(new Error('the graph has no picture'));
const ports: MessagePort[] = [];
afterEach(() => ports.splice(0).forEach((port) => port.close()));

/** The seed's weights in a file, one of them changed. */
function checkpoint(document: PatchbayDocument, name: string, changed?: string): PickedCheckpoint {
  const { recipes } = planWeights(analyse(document, NODES).tree, document.seed);
  const drawn = drawWeights(recipes.values());
  if (changed !== undefined) drawn.get(changed)!.fill(0.5);
  return checkpointOf(
    name,
    new Map(Array.from(recipes.values(), ({ path, shape }) => [path, { shape, data: drawn.get(path)! }])),
  );
}

const WEIGHT = 'attention.v_proj.weight';

async function compared(): Promise<{ readonly document: PatchbayDocument; readonly differences: ModelDifferences }> {
  const document = await attention();
  const [same, other] = [checkpoint(document, 'a.safetensors'), checkpoint(document, 'b.safetensors', WEIGHT)];
  const platform = {
    readAsset: async () => null,
    pickCheckpoint: async () => null,
    openCheckpoint: async (_: unknown, path: string) => [same, other].find((file) => file.path === path) ?? null,
  };
  const checkpoints = createCheckpoints(platform);
  const side = async ({ path, sha256 }: PickedCheckpoint) => {
    const named = { ...document, weights: { path, sha256 } };
    const files = await filesOf(named, null, { platform, checkpoints });
    ports.push(files.checkpoint!.port);
    return { document: named, ...files };
  };
  const progress: number[] = [];
  const request = { before: await side(same), after: await side(other) };
  const differences = await compareOn(createReferenceDevice(), request, noPicture, (done) => progress.push(done));
  expect(progress.at(-1)).toBe(1);
  expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
  return { document, differences };
}

test('two checkpoints are compared on a device of the application: the changed weight, and what follows from it', async () => {
  const { document, differences } = await compared();
  expect(differences.weights.map(({ name }) => name)).toEqual([WEIGHT]);
  const { tree } = analyse(document, NODES);
  const { rows, first, marks } = summarise(differences, tree);
  expect(first).toBe('attention.v_proj');
  expect(rows[0]).toMatchObject({ path: 'attention.v_proj', weights: [{ name: WEIGHT }] });
  // Scores are of queries and keys: they stay.
  expect(marks.has('attention.scores')).toBe(false);
  expect(marks.get('attention.v_proj')).toMatchObject({ weights: 1, first: true });
  // The module holds it, and gives out what follows from it.
  expect(marks.get('attention')).toMatchObject({ weights: 1, first: true, value: { name: 'attention.attended' } });
  expect(marks.get('attention.out_proj')).toMatchObject({ weights: 0, first: false });
  expect(describeMark(marks.get('attention')!)).toMatch(
    /^the first value that differs; relative L2 [^ ]+, largest difference [^ ]+; 1 weight changed$/,
  );
});

test('a checkpoint that is not there is said, and nothing is computed', async () => {
  const document = { ...(await attention()), weights: { path: 'gone.safetensors', sha256: '0'.repeat(64) } };
  const side = { document, files: new Map(), checkpoint: null };
  const comparing = compareOn(createReferenceDevice(), { before: side, after: side }, noPicture, () => undefined);
  await expect(comparing).rejects.toThrow('gone.safetensors is not beside the document');
});

async function controlled() {
  const { document, differences } = await compared();
  const { app } = createTestApp(document);
  const store = createComparisonStore();
  const threads: { request: ToCompare | null; ended: boolean; say: (message: FromCompare) => void }[] = [];
  const comparison = createValueComparison(app, store, () => {
    let listener: (message: FromCompare) => void = () => undefined;
    const thread = {
      request: null as ToCompare | null,
      ended: false,
      say: (message: FromCompare) => listener(message),
    };
    threads.push(thread);
    return {
      post: (request) => void (thread.request = request),
      listen: (given) => void (listener = given),
      end: () => void (thread.ended = true),
    };
  });
  const begun = async () => {
    const before = threads.length;
    comparison.start();
    await vi.waitFor(() => expect(threads).toHaveLength(before + 1));
  };
  const done: FromCompare = { kind: 'compared', differences, device: 'float64 reference' };
  app.view.getState().setCompared({ document: structuredClone(document), name: 'the saved file', file: null });
  return { app, document, store, threads, comparison, begun, done };
}

test('a comparison runs in a thread of its own, tells how far it is, and ends with it', async () => {
  const { store, threads, begun, done } = await controlled();
  await begun();
  const [thread] = threads;
  expect(thread!.request?.device).toBe('automatic');
  expect(store.getState()).toEqual({ kind: 'comparing', progress: 0 });
  thread!.say({ kind: 'progress', progress: 0.5 });
  expect(store.getState()).toEqual({ kind: 'comparing', progress: 0.5 });
  thread!.say(done);
  expect(store.getState()).toMatchObject({ kind: 'compared', outdated: false, summary: { first: 'attention.v_proj' } });
  expect(thread!.ended).toBe(true);
});

test('an edit makes it outdated, moving a node does not; undo makes it valid again', async () => {
  const { app, document, store, threads, begun, done } = await controlled();
  await begun();
  threads[0]!.say(done);
  const main = document.modules.find(({ name }) => name === document.main)!;
  const { dispatch, undo } = app.document.getState();
  dispatch(moveNodes(document, main.name, new Map([[main.nodes[0]!.id, [9, 9] as const]])));
  expect(store.getState()).toMatchObject({ outdated: false });
  dispatch(setSeed(app.document.getState().document, 7));
  expect(store.getState()).toMatchObject({ outdated: true });
  undo();
  expect(store.getState()).toMatchObject({ outdated: false });
});

test('it is given up by hand, by another one, and when something else is compared; nothing late is shown', async () => {
  const { app, document, store, threads, comparison, begun, done } = await controlled();
  await begun();
  comparison.cancel();
  expect(threads[0]!.ended).toBe(true);
  threads[0]!.say(done);
  expect(store.getState()).toEqual({ kind: 'none' });
  await begun();
  await begun();
  expect(threads.map(({ ended }) => ended)).toEqual([true, true, false]);
  threads[1]!.say(done);
  expect(store.getState()).toMatchObject({ kind: 'comparing' });
  app.view.getState().setCompared({ document, name: 'another', file: null });
  expect(threads[2]!.ended).toBe(true);
  expect(store.getState()).toEqual({ kind: 'none' });
});

test('what could not be compared says why, and can be tried again', async () => {
  const { store, threads, begun, done } = await controlled();
  await begun();
  threads[0]!.say({ kind: 'failed', message: 'the device is gone' });
  expect(store.getState()).toEqual({ kind: 'failed', message: 'the device is gone' });
  await begun();
  threads[1]!.say(done);
  expect(store.getState()).toMatchObject({ kind: 'compared' });
});

test('numbers are written short', () => {
  expect([0, 0.5, 0.0312, 12, 0.00312, 1234, Infinity].map(shortNumber)).toEqual([
    '0',
    '0.50',
    '0.031',
    '12',
    '3.1e-3',
    '1.2e+3',
    '∞',
  ]);
  const value = { name: 'a', shape: [2], shapeBefore: [3], relativeL2: Infinity, maxAbs: Infinity };
  expect(shortDistance(value)).toBe('shape');
});
