/** A profile's timestamps, on a device whose answers come late. */
import { globals } from 'webgpu';
import { expect, test } from 'vitest';
import type { DispatchStep, Plan } from '../plan.ts';
import { MAX_PIECES, type Piece } from './pieces.ts';
import { Profiler } from './profiler.ts';
import type { StagingRing } from './staging.ts';

Object.assign(globalThis, globals);

const STEP = { kind: 'dispatch', origins: ['node'], shares: [1] } as unknown as DispatchStep;
const PLAN = { steps: [STEP] } as unknown as Plan;
const PIECE = { step: 0 } as Piece;

/** Every pass takes a millisecond. */
function answer(byteLength: number): Uint8Array {
  const stamps = Array.from({ length: byteLength / 8 }, (_, index) => BigInt(index % 2) * 1_000_000n);
  return new Uint8Array(BigUint64Array.from(stamps).buffer);
}

test('what is submitted while timestamps are read back is counted too', async () => {
  const reads: { byteLength: number; resolve: (bytes: Uint8Array) => void }[] = [];
  const staging = {
    read: (_: GPUBuffer, __: number, byteLength: number) => {
      return new Promise<Uint8Array>((resolve) => reads.push({ byteLength, resolve }));
    },
  } as unknown as StagingRing;
  const device = { createQuerySet: () => ({}), createBuffer: () => ({}) } as unknown as GPUDevice;
  const profiler = new Profiler(PLAN, device, staging, true);
  const pieces = Array.from({ length: MAX_PIECES }, () => PIECE);
  const next = (): void => {
    const { byteLength, resolve } = reads.shift()!;
    resolve(answer(byteLength));
  };
  let submitted = 0;
  let reading: Promise<void> | undefined;
  while (reads.length === 0) {
    profiler.timer(pieces);
    submitted++;
    reading = profiler.collect(pieces, 1);
  }
  profiler.timer(pieces);
  submitted++;
  next();
  await reading;
  const finished = profiler.finish();
  next();
  expect((await finished).get('node')).toBe(submitted * MAX_PIECES);
  expect(profiler.steps.milliseconds.get(0)).toBe(submitted * MAX_PIECES);
});
