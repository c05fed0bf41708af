import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startWithDevice } from '../testing/fake-session.ts';
import { GuestStoppedError } from './guest.ts';
import { lastPositionOf } from './protocol.ts';
import { SETTLE_MILLISECONDS } from './session.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The graph has been run. */
async function ready() {
  const s = await startWithDevice();
  await s.compiled();
  await s.predicted(0.1);
  s.ran();
  return s;
}

const GUEST = { grown: { source: 'ids', rows: [[1, 2]] }, port: 'lm_head.output', parts: [[0, 0]] };

test('a guest computes the end of one value with other ids, and the editor’s own values come back', async () => {
  const { session, compiler, gpu, ran, compiled, count } = await ready();
  const parts = session.compute(GUEST);
  await vi.advanceTimersByTimeAsync(0);
  expect(compiler.sent.at(-1)).toMatchObject({ kind: 'compile', grown: GUEST.grown, taps: ['lm_head.output'] });
  await compiled();
  expect(gpu.sent.at(-1)).toMatchObject({ kind: 'run' });
  ran();
  await vi.advanceTimersByTimeAsync(0);
  const asked = gpu.sent.findLast((message) => message.kind === 'read')!;
  expect(asked).toMatchObject({ port: lastPositionOf('lm_head.output'), index: [0, 0] });
  const tensor = { type: { dtype: 'f32', shape: [1] }, data: Float32Array.of(7) } as const;
  const before = count('compile');
  gpu.say({ kind: 'tensor', request: asked.request, tensor });
  expect(await parts).toEqual([tensor]);
  await vi.advanceTimersByTimeAsync(0);
  expect(count('compile')).toBe(before + 1);
  expect(compiler.sent.at(-1)).not.toHaveProperty('grown');
});

test('an edit and a run go before a guest', async () => {
  const { session, gpu, edit, compiled, predicted, ran } = await ready();
  const edited = session.compute(GUEST);
  const refused = expect(edited).rejects.toThrow(GuestStoppedError);
  await vi.advanceTimersByTimeAsync(0);
  edit();
  await refused;
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  await compiled();
  await predicted(0.1);
  ran();
  const second = session.compute(GUEST);
  const stopped = expect(second).rejects.toThrow(GuestStoppedError);
  await vi.advanceTimersByTimeAsync(0);
  await compiled();
  session.cancel();
  await stopped;
  expect(gpu.sent.at(-1)).toMatchObject({ kind: 'cancel' });
});

test('a guest waits for what the editor is computing', async () => {
  const s = await startWithDevice();
  await s.compiled();
  await s.predicted(0.1);
  const compiles = s.count('compile');
  s.session.compute(GUEST).catch(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(s.count('compile')).toBe(compiles);
  s.ran();
  await vi.advanceTimersByTimeAsync(0);
  expect(s.compiler.sent.at(-1)).toMatchObject({ kind: 'compile', grown: GUEST.grown });
});

test('a value that a guest cannot have is told', async () => {
  const { session, compiler } = await ready();
  const missing = session.compute(GUEST);
  const refused = expect(missing).rejects.toThrow(/lm_head\.output cannot be computed/);
  await vi.advanceTimersByTimeAsync(0);
  const asked = compiler.sent.findLast((message) => message.kind === 'compile')!;
  compiler.say({ kind: 'compiled', program: asked.program, summary: { runnable: false, ports: [], lacking: [] } });
  await refused;
});
