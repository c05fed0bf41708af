import { afterEach, expect, test } from 'vitest';
import { createCache } from '../../graph/cache.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { analyse } from '../../graph/analyse.ts';
import { Continuation } from '../../nodes/generation/continuation.ts';
import { NODES } from '../../nodes/registry.ts';
import { createTokenizers } from '../../nodes/text/tokenizers.ts';
import { drawWeights, planWeights, WeightDrawer } from '../../nodes/weights.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import type { PickedCheckpoint } from '../platform/platform.ts';
import { checkpointFile, checkpointOf, type Weights } from '../testing/checkpoints.ts';
import {
  CheckpointError,
  createCheckpoints,
  readWeight,
  receiveCheckpoint,
  shareCheckpoint,
  type OpenCheckpoint,
  type WeightsReference,
} from './checkpoints.ts';
import { compileDocument } from './compiler.ts';
import { createReferenceDevice } from './reference-device.ts';

const ports: MessagePort[] = [];
afterEach(() => ports.splice(0).forEach((port) => port.close()));

function shellWith(...files: readonly PickedCheckpoint[]) {
  const asked: string[] = [];
  return {
    asked,
    pickCheckpoint: async () => files[0] ?? null,
    openCheckpoint: async (_file: unknown, path: string, sha256: string) => {
      asked.push(path);
      return files.find((file) => file.path === path && file.sha256 === sha256) ?? null;
    },
  };
}

/** As the compile worker gets it. */
function acrossThreads(checkpoint: OpenCheckpoint): OpenCheckpoint {
  const shared = shareCheckpoint(checkpoint);
  ports.push(shared.port);
  return receiveCheckpoint(shared);
}

/** The weights that the seed gives the graph, as `change` leaves them. */
function weightsOf(document: PatchbayDocument, change: (path: string, data: Float32Array) => void): Weights {
  const { recipes } = planWeights(analyse(document, NODES).tree, document.seed);
  const drawn = drawWeights(recipes.values());
  for (const [path, data] of drawn) change(path, data);
  return new Map(Array.from(recipes.values(), ({ path, shape }) => [path, { shape, data: drawn.get(path)! }]));
}

const attention = (): Promise<PatchbayDocument> => TEMPLATES.find(({ name }) => name === 'attention')!.load();

test('a checkpoint is opened once, by its hash, and read across threads a tensor at a time', async () => {
  const weights: Weights = new Map([
    ['a', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ['b.empty', { shape: [0], data: new Float32Array(0) }],
    ['b.one', { shape: [], data: Float32Array.of(7) }],
  ]);
  const file = checkpointOf('vit.safetensors', weights);
  const shell = shellWith(file);
  const checkpoints = createCheckpoints(shell);
  const reference = { path: file.path, sha256: file.sha256 };
  const [first, second] = await Promise.all([checkpoints.open(null, reference), checkpoints.open(null, reference)]);
  expect(second).toBe(first);
  expect(await checkpoints.open(null, { ...reference, path: 'moved.safetensors' })).toBe(first);
  expect(shell.asked).toEqual(['vit.safetensors']);
  expect(await checkpoints.open(null, { ...reference, sha256: '0'.repeat(64) })).toBeNull();

  const there = acrossThreads(first!);
  expect(there).toMatchObject({ hash: file.sha256, name: 'vit.safetensors' });
  for (const [path, { data }] of weights) expect(await readWeight(there, path)).toEqual(data);
});

test('a read that fails says why on the other thread', async () => {
  const file = checkpointOf('vit.safetensors', new Map([['a', { shape: [1], data: Float32Array.of(1) }]]));
  let gone = false;
  const read = (begin: number, end: number) =>
    gone ? Promise.reject(new Error('vit.safetensors was changed')) : file.read(begin, end);
  const open = await createCheckpoints(shellWith({ ...file, read })).open(null, file);
  const there = acrossThreads(open!);
  gone = true;
  await expect(readWeight(there, 'a')).rejects.toThrow('vit.safetensors was changed');
});

test('a file that lies about itself is refused by name before anything is read of it', async () => {
  const whole = checkpointOf('x', new Map([['a', { shape: [4], data: Float32Array.of(1, 2, 3, 4) }]]));
  const bytes = await whole.read(0, whole.byteLength);
  const cut = bytes.slice(0, -4);
  const long = bytes.slice();
  new DataView(long.buffer).setBigUint64(0, 1n << 60n, true);
  const files = [new Uint8Array(0), new Uint8Array(3), cut, long, new TextEncoder().encode('{"format":"patchbay"}')];
  for (const content of files) {
    const file = checkpointFile('broken.safetensors', content);
    const checkpoints = createCheckpoints(shellWith(file));
    await expect(checkpoints.open(null, file)).rejects.toThrow(CheckpointError);
    await expect(checkpoints.open(null, file)).rejects.toThrow(/^broken\.safetensors is no checkpoint: /);
    await expect(checkpoints.pick(null, null)).rejects.toThrow(CheckpointError);
  }
});

test('a graph computes with the numbers of the checkpoint that it names, under keys of its hash', async () => {
  const document = await attention();
  const same = checkpointOf(
    'same.safetensors',
    weightsOf(document, () => undefined),
  );
  const other = checkpointOf(
    'other.safetensors',
    weightsOf(document, (path, data) => path.includes('q_proj.') && data.fill(0)),
  );
  const checkpoints = createCheckpoints(shellWith(same, other));
  const held = new Map<string, OpenCheckpoint>();
  for (const file of [same, other]) held.set(file.sha256, acrossThreads((await checkpoints.open(null, file))!));
  const port = 'attention.attention_weights';
  const keys: string[] = [];
  const run = async (weights: WeightsReference | undefined) => {
    const compiled = compileDocument(
      {
        document: { ...document, ...(weights && { weights: { path: weights.path, sha256: weights.sha256 } }) },
        taps: [port],
        missing: new Set(),
        target: { kind: 'graph' },
      },
      {
        cache: createCache(),
        drawer: new WeightDrawer(),
        tokenizers: createTokenizers(),
        checkpoints: held,
        continuation: new Continuation(),
      },
    );
    if (compiled.program.kind !== 'graph') throw new Error('a graph was asked for');
    const { operations } = compiled.program.graph;
    keys.push(String(operations.find(({ op }) => op === 'weight')?.attributes['key']));
    const device = createReferenceDevice();
    await device.run(compiled.program, {
      leaf: (leaf) => compiled.leafBytes(leaf, () => Promise.reject(new Error('the graph has no picture'))),
      signal: new AbortController().signal,
      onStage: () => undefined,
    });
    return (await device.read(port))?.data;
  };
  const drawn = await run(undefined);
  expect(await run(same)).toEqual(drawn);
  const changed = await run(other);
  // Queries of zero attend to everything alike.
  expect(Math.max(...changed!)).toBeCloseTo(Math.min(...changed!), 6);
  expect(new Set(keys).size).toBe(3);
  // One that is not there: nothing takes its place.
  expect(await run({ path: 'gone.safetensors', sha256: '0'.repeat(64) })).toBeUndefined();
});
