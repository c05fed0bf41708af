import { expect, test } from 'vitest';
import { describeNonFinite } from '../../export/weights/non-finite.ts';
import { checkpointFit } from '../../nodes/checkpoint.ts';
import { createCheckpoints, type OpenCheckpoint } from '../session/checkpoints.ts';
import { checkpointOf } from '../testing/checkpoints.ts';
import { jobThreadHere } from '../testing/job-thread.ts';
import { groupsOf } from './proposal.ts';
import { nonFiniteOf, scanCheckpoint } from './scan.ts';
import { createScanWork } from './scan-work.ts';

const never = () => Promise.reject(new Error('not asked for'));
const threadHere = () => jobThreadHere(createScanWork);

async function checkpoint(values: Readonly<Record<string, readonly number[]>>): Promise<OpenCheckpoint> {
  const weights = Object.entries(values).map(([name, numbers]) => {
    return [name, { shape: [numbers.length], data: Float32Array.from(numbers) }] as const;
  });
  const checkpoints = createCheckpoints({ pickCheckpoint: never, openCheckpoint: never });
  return (await checkpoints.take(checkpointOf('trained.safetensors', new Map(weights)))).checkpoint;
}

const MANY = Array.from({ length: 5 << 20 }, (_, at) => (at === (5 << 20) - 2 ? -Infinity : 1));

test('values that are no numbers are found in every tensor, in any slice; those of the graph are told', async () => {
  const opened = await checkpoint({ a: [1, NaN, NaN], b: [0, 1e38], long: MANY, left: [Infinity] });
  const progress: number[] = [];
  const found = await scanCheckpoint(opened, { onProgress: (part) => progress.push(part) }, threadHere);
  expect(found).toEqual([
    { name: 'a', element: 1 },
    { name: 'long', element: MANY.length - 2 },
    { name: 'left', element: 0 },
  ]);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(progress.at(-1)).toBeCloseTo(1, 1);

  const shapes = ['a', 'b', 'long'].map((name) => ({
    path: `new.${name}`,
    owner: 'x',
    shape: opened.entries.get(name)!.shape,
  }));
  const rules = [(name: string) => `new.${name}`];
  const fit = checkpointFit(shapes, { ...opened, rules });
  const own = nonFiniteOf(fit.matched, found);
  expect(describeNonFinite('trained.safetensors', own)).toBe(
    'trained.safetensors has values that are no numbers (NaN or infinite): new.a, element 1, and in 1 more weight',
  );
  const reference = { path: 'trained.safetensors', sha256: '' };
  const group = groupsOf(fit, { reference, checkpoint: opened }, found).find(
    ({ title }) => title === 'with no numbers',
  );
  expect(group).toMatchObject({ count: 2, lines: ['new.a, element 1', 'new.long, element 5,242,878'] });
});

test('a checkpoint of numbers alone has none; one that cannot be read says why; one may be given up', async () => {
  const opened = await checkpoint({ a: [1, 2], b: [3] });
  expect(await scanCheckpoint(opened, {}, threadHere)).toEqual([]);
  const broken = { ...opened, source: { ...opened.source, read: () => Promise.reject(new Error('it was moved')) } };
  await expect(scanCheckpoint(broken, {}, threadHere)).rejects.toThrow('it was moved');
  const signal = AbortSignal.abort(new Error('no patience'));
  await expect(scanCheckpoint(opened, { signal }, threadHere)).rejects.toThrow('no patience');
});
