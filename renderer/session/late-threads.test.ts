import { expect, test } from 'vitest';
import type { FromCompiler, ToCompiler } from './protocol.ts';
import { lateThreads } from './late-threads.ts';
import type { SessionThreads } from './threads.ts';
import type { Channel } from './worker-channel.ts';

test('what is sent before the start arrives at it, in its order, and each listener hears; they start once', () => {
  const log: unknown[] = [];
  const listeners: ((message: FromCompiler) => void)[] = [];
  const channel: Channel<ToCompiler, FromCompiler> = {
    post: (message, transfer = []) => void log.push([message.kind, transfer.length]),
    listen: (listener) => void listeners.push(listener),
    onBreak: () => void log.push('break'),
    onRestart: () => void log.push('restart'),
  };
  const silent = {
    post: () => undefined,
    listen: () => undefined,
    onBreak: () => undefined,
    onRestart: () => undefined,
  };
  let starts = 0;
  const threads = lateThreads((): SessionThreads => {
    starts++;
    return { compiler: channel, gpu: silent, restart: () => undefined, dispose: () => void log.push('end') };
  });
  const { port1 } = new MessageChannel();
  const heard: FromCompiler[] = [];
  threads.compiler.listen((message) => void heard.push(message));
  threads.compiler.post({ kind: 'connect', gpu: port1 }, [port1]);
  threads.compiler.onBreak(() => undefined);
  expect(log).toEqual([]);

  threads.begin();
  threads.begin();
  expect(starts).toBe(1);
  expect(log).toEqual([['connect', 1], 'break']);
  threads.compiler.post({ kind: 'connect', gpu: port1 });
  expect(log).toHaveLength(3);
  const message = { kind: 'failed' } as unknown as FromCompiler;
  listeners[0]!(message);
  expect(heard).toEqual([message]);
  threads.dispose();
  expect(log.at(-1)).toBe('end');
});

test('those that were let go before their start never start', () => {
  const threads = lateThreads(() => {
    throw new Error('started');
  });
  threads.dispose();
  expect(() => threads.begin()).not.toThrow();
});
