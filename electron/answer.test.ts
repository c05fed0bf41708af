import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../scripts/effort.ts';
import { answer } from './answer.ts';
import type { CallName } from './api.ts';
import { CALL_CHANNELS, EVENT_CHANNELS } from './channels.ts';
import { DesktopError } from './errors.ts';
import { REQUESTS } from './schemas.ts';
import type { Sender } from './trust.ts';

const PAGE = { url: 'patchbay://app/', parent: null } as Sender;

test('a request in order from the page reaches the handler', async () => {
  const reply = await answer('openRecent', PAGE, { id: 'a' }, REQUESTS.openRecent, ({ id }) => `opened ${id}`);
  expect(reply).toEqual({ ok: true, value: 'opened a' });
});

test('a refused or malformed request never reaches the handler', async () => {
  const handler = () => {
    throw new Error('reached');
  };
  const foreign = { url: 'https://example.com/', parent: null } as Sender;
  expect(await answer('openRecent', foreign, { id: 'a' }, REQUESTS.openRecent, handler)).toEqual({
    ok: false,
    error: { message: 'openRecent was refused: the sender is not Patchbay.' },
  });
  const malformed = await answer('openRecent', PAGE, { id: 'a', path: '/etc/passwd' }, REQUESTS.openRecent, handler);
  expect(malformed).toMatchObject({ error: { message: expect.stringContaining('openRecent was refused: ') } });
});

test('what a handler throws becomes a message, whatever it is', async () => {
  const failing = (error: unknown) =>
    answer('recentFiles', PAGE, undefined, REQUESTS.recentFiles, () => Promise.reject(error as Error));
  expect(await failing(new DesktopError('The file is gone.'))).toEqual({
    ok: false,
    error: { message: 'The file is gone.' },
  });
  expect(await failing('text')).toEqual({ ok: false, error: { message: 'text' } });
});

test('no payload, however strange, makes a schema throw or lets anything unknown through', () => {
  const names = Object.keys(REQUESTS) as CallName[];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.anything({ withTypedArray: true }), (name, payload) => {
      const { success } = REQUESTS[name].safeParse(payload);
      if (success && payload !== undefined) expect(Object.keys(payload as object).length).toBeGreaterThan(0);
    }),
    { numRuns: runs(2000) },
  );
});

test.each(['../x', 'a/b', 'a\\b', '', '.', 'ä', 'x'.repeat(65), 'a\0b'])('%j is no id of a journal entry', (id) => {
  expect(REQUESTS.journalDiscard.safeParse({ id }).success).toBe(false);
});

test('an entry’s id is what crypto.randomUUID gives', () => {
  expect(REQUESTS.journalDiscard.safeParse({ id: crypto.randomUUID() }).success).toBe(true);
});

test('every channel has a name of its own', () => {
  const channels = [...Object.values(CALL_CHANNELS), ...Object.values(EVENT_CHANNELS)];
  expect(new Set(channels).size).toBe(channels.length);
});
