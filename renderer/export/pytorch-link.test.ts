import { expect, test, vi } from 'vitest';
import type { PytorchHost } from '../platform/platform.ts';
import { HostLink, HostServer } from './pytorch-link.ts';

function linked(host: Partial<PytorchHost>) {
  const close = vi.fn<PytorchHost['close']>(() => Promise.resolve());
  const server = new HostServer({ close, ...host } as PytorchHost);
  const link = new HostLink((request) => void server.answer(request).then((answer) => link.take(answer)));
  return { host: link.host, server, close };
}

test('answers reach who asked, in whatever order they come, and failures with their message', async () => {
  const slow = Promise.withResolvers<Uint8Array>();
  const { host } = linked({
    open: () => Promise.reject(new Error('There is no PyTorch.')),
    run: (run) => (run === 'slow' ? slow.promise : Promise.resolve(new Uint8Array([2]))),
  });
  await expect(host.open('x', new Uint8Array())).rejects.toThrow('There is no PyTorch.');
  const first = host.run('slow', new Uint8Array());
  expect(await host.run('fast', new Uint8Array())).toEqual(new Uint8Array([2]));
  slow.resolve(new Uint8Array([1]));
  expect(await first).toEqual(new Uint8Array([1]));
});

test('what a worker opened is closed when it goes, also what was only being opened', async () => {
  const opening = Promise.withResolvers<string>();
  const open = vi.fn<PytorchHost['open']>(() => opening.promise).mockResolvedValueOnce('one');
  const { host, server, close } = linked({ open });
  await host.open('x', new Uint8Array());
  const second = host.open('x', new Uint8Array());
  server.dispose();
  expect(close.mock.calls).toEqual([['one']]);
  opening.resolve('two');
  await second;
  expect(close.mock.calls).toEqual([['one'], ['two']]);
});

test('what was closed is not closed again', async () => {
  const { host, server, close } = linked({ open: () => Promise.resolve('one') });
  await host.close(await host.open('x', new Uint8Array()));
  server.dispose();
  expect(close).toHaveBeenCalledTimes(1);
});
