import { expect, test } from 'vitest';
import type { Preview } from '../../gpu/runtime/types.ts';
import type { PreviewListener, SessionApi, TensorData } from '../session/session-api.ts';
import { Fetcher, type PortWish } from './fetcher.ts';
import { STATISTICS } from './view.ts';

const WISH: PortWish = { port: 'values', path: 'noise.output', spec: STATISTICS, index: [1] };

function previewWith(key: string): Preview {
  const statistics = { count: 1, mean: 0, standardDeviation: 0, min: 0, max: 0, nonFinite: 0 };
  const thumbnail = { width: 1, height: 1, channels: 1, codes: Uint8Array.of(0), min: 0, max: 0 };
  return { key, shape: [2, 1], statistics, histogram: new Uint32Array(64), thumbnail };
}

/** A session whose answers the test gives. */
function scripted() {
  const listeners = new Set<PreviewListener>();
  const reads: { readonly index: readonly number[]; readonly answer: PromiseWithResolvers<TensorData> }[] = [];
  const session: Pick<SessionApi, 'watch' | 'read'> = {
    watch: (_port, _spec, listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read: (_port, index = []) => {
      const answer = Promise.withResolvers<TensorData>();
      reads.push({ index, answer });
      return answer.promise;
    },
  };
  let told = 0;
  const fetcher = new Fetcher(session, () => told++);
  return {
    fetcher,
    reads,
    listeners,
    told: () => told,
    preview: (key: string) => listeners.forEach((listener) => listener(previewWith(key))),
    answer: async (value: number) => {
      reads.at(-1)!.answer.resolve({ type: { dtype: 'f32', shape: [1] }, data: Float32Array.of(value) });
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

test('numbers are read when the value is another one, and only then', async () => {
  const s = scripted();
  s.fetcher.follow([WISH]);
  expect(s.fetcher.answers([WISH])).toBeNull();
  s.preview('first');
  expect(s.reads.map(({ index }) => index)).toEqual([[1]]);
  await s.answer(5);
  expect(s.fetcher.answers([WISH])?.['values']?.values?.data[0]).toBe(5);
  s.preview('first');
  expect(s.reads).toHaveLength(1);
  s.preview('second');
  expect(s.reads).toHaveLength(2);
  // Until the new numbers are there, the old ones stay together with their own statistics.
  expect(s.fetcher.answers([WISH])?.['values']?.preview.key).toBe('first');
  await s.answer(6);
  expect(s.fetcher.answers([WISH])?.['values']?.values?.data[0]).toBe(6);
});

test('an answer that is late is dropped', async () => {
  const s = scripted();
  s.fetcher.follow([WISH]);
  s.preview('first');
  const late = s.reads[0]!.answer;
  s.preview('second');
  await s.answer(2);
  late.resolve({ type: { dtype: 'f32', shape: [1] }, data: Float32Array.of(1) });
  await Promise.resolve();
  await Promise.resolve();
  expect(s.fetcher.answers([WISH])?.['values']?.values?.data[0]).toBe(2);
  expect(s.told()).toBe(1);
});

test('statistics alone read nothing', () => {
  const s = scripted();
  const wish = { ...WISH, index: null };
  s.fetcher.follow([wish]);
  s.preview('first');
  expect(s.reads).toHaveLength(0);
  expect(s.fetcher.answers([wish])?.['values']?.values).toBeNull();
});

test('nobody watches while it is paused; what is no longer wished for is let go', () => {
  const s = scripted();
  s.fetcher.follow([WISH]);
  s.fetcher.pause();
  expect(s.listeners.size).toBe(0);
  s.fetcher.follow([WISH]);
  expect(s.listeners.size).toBe(1);
  s.fetcher.follow([]);
  expect(s.listeners.size).toBe(0);
  expect(s.fetcher.answers([WISH])).toBeNull();
});
