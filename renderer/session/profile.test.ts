/** Profiles that the session is asked for: runs of the whole, until somebody is in the way. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Profile } from '../../gpu/profile.ts';
import { startWithDevice } from '../testing/fake-session.ts';
import { ProfileStoppedError } from './session-api.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const PROFILE: Profile = {
  works: [],
  milliseconds: 0,
  runs: 1,
  clock: 'timestamps',
  tick: 0,
  ceilings: { adapter: 'a', flopsPerSecond: 1, bytesPerSecond: 1 },
};

async function asked() {
  const s = await startWithDevice();
  await s.compiled();
  await s.predicted(0.1);
  s.ran();
  const profile = s.session.profile();
  // What is stopped before anybody waits for it.
  profile.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  return { ...s, profile };
}

test('it runs however long it takes, says that it is a profile, and ceilings are told on', async () => {
  const s = await asked();
  await s.compiled();
  await s.predicted(70);
  expect(s.gpu.sent.at(-1)).toMatchObject({ kind: 'run', profile: { ceilings: null } });
  s.ran({ profile: PROFILE });
  await expect(s.profile).resolves.toBe(PROFILE);
  expect(s.limits).toEqual([PROFILE.ceilings]);
  expect(s.run.getState().status.kind).toBe('done');
});

test('usual runs are none', async () => {
  const s = await startWithDevice();
  await s.compiled();
  await s.predicted(0.1);
  expect(s.gpu.sent.at(-1)).toMatchObject({ kind: 'run' });
  expect(s.gpu.sent.at(-1)).not.toHaveProperty('profile');
});

test('it runs while runs are paused', async () => {
  const s = await startWithDevice();
  await s.compiled();
  await s.predicted(0.1);
  s.ran();
  s.run.getState().setMode('paused');
  const profile = s.session.profile();
  await vi.advanceTimersByTimeAsync(0);
  await s.compiled();
  await s.predicted(1);
  s.ran({ profile: PROFILE });
  await expect(profile).resolves.toBe(PROFILE);
});

test('an edit stops it, and the run after the edit is none', async () => {
  const s = await asked();
  await s.compiled();
  await s.predicted(1);
  s.edit();
  await expect(s.profile).rejects.toThrow(ProfileStoppedError);
  await vi.advanceTimersByTimeAsync(1000);
  await s.compiled();
  await s.predicted(0.1);
  expect(s.gpu.sent.at(-1)).toMatchObject({ kind: 'run' });
  expect(s.gpu.sent.at(-1)).not.toHaveProperty('profile');
});

test.each([
  ['cancelled', (s: Awaited<ReturnType<typeof asked>>) => s.session.cancel()],
  ['asked for again', (s: Awaited<ReturnType<typeof asked>>) => void s.session.profile().catch(() => undefined)],
  ['of another graph', (s: Awaited<ReturnType<typeof asked>>) => s.edit()],
  ['without a device', (s: Awaited<ReturnType<typeof asked>>) => s.run.getState().chooseDevice('cpu')],
  ['without its thread', (s: Awaited<ReturnType<typeof asked>>) => s.gpu.die('gone')],
])('it is stopped once it is %s', async (_, stop) => {
  const s = await asked();
  await s.compiled();
  await s.predicted(1);
  stop(s);
  await expect(s.profile).rejects.toThrow(ProfileStoppedError);
});

test('what fails, and what has nothing to compute, is told', async () => {
  const failed = await asked();
  await failed.compiled();
  await failed.predicted(1);
  const { run } = failed.gpu.sent.findLast((message) => message.kind === 'run')!;
  failed.gpu.say({ kind: 'run-failed', run, message: 'no memory' });
  await expect(failed.profile).rejects.toThrow('no memory');
  const nothing = await asked();
  await nothing.compiled(false);
  await expect(nothing.profile).rejects.toThrow('see the problems');
});

test('a profile that comes late, of a run that was stopped, is nobody’s', async () => {
  const s = await asked();
  await s.compiled();
  await s.predicted(1);
  const { run: stopped } = s.gpu.sent.findLast((message) => message.kind === 'run')!;
  const second = s.session.profile();
  await vi.advanceTimersByTimeAsync(0);
  s.ran({ profile: { ...PROFILE, milliseconds: 99 } });
  await s.compiled();
  await s.predicted(1);
  const { run } = s.gpu.sent.findLast((message) => message.kind === 'run')!;
  expect(run).not.toBe(stopped);
  s.ran({ profile: PROFILE });
  await expect(second).resolves.toBe(PROFILE);
});
