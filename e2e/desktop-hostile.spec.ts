/** A script in the page that was taken over, against the built preload and main process: it calls all that the bridge has. */
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { CALL_CHANNELS } from '../electron/channels.ts';
import { MOST_WINDOWS } from '../electron/desktop-limits.ts';
import { hostileCall } from '../electron/testing/hostile-requests.ts';
import { FULL } from '../scripts/effort.ts';
import { answerDialogs, appWithPage, launchDesktop } from './stand-in/launch.ts';

const CALLS = FULL ? 10_000 : 200;
/** Go to the page together, which makes them without waiting for one another. */
const AT_ONCE = 250;
const CANARY = 'CANARY: nobody chose this file';

test(`${CALLS} calls of all that the bridge has: answers are values, the window lives, nothing else is touched`, async () => {
  test.setTimeout(1_800_000);
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-hostile-'));
  const [chosen, privates] = [join(folder, 'chosen'), join(folder, 'private')];
  await mkdir(chosen);
  await mkdir(privates);
  await writeFile(join(privates, 'key.pem'), CANARY);
  await writeFile(join(chosen, 'vit.patchbay'), 'text');
  const app = await appWithPage(join(import.meta.dirname, 'platform-page'));
  const { electron, page } = await launchDesktop(app, join(folder, 'user-data'));
  await answerDialogs(electron, { open: [join(chosen, 'vit.patchbay')], save: join(chosen, 'saved.patchbay') });
  const knowledge = {
    texts: [join(privates, 'key.pem'), '../private/key.pem', '/etc/passwd', 'vit.patchbay', '0'.repeat(64), '..'],
    contents: [new Uint8Array(), new TextEncoder().encode('['.repeat(1000))],
  };
  // A window that closes itself ends the test, and is not what it is about.
  const calls = fc
    .sample(hostileCall(knowledge), { numRuns: 2 * CALLS, seed: 1 })
    .filter(({ name }) => name !== 'answerClose')
    .flatMap(({ name, request }) => {
      const text = asText(request);
      return text === null || text.length > 100_000 ? [] : [{ name, request: text }];
    })
    .slice(0, CALLS);
  expect(calls.length).toBe(CALLS);

  const seen = { answers: 0, refused: 0, thrown: 0, leaks: 0 };
  for (let at = 0; at < calls.length; at += AT_ONCE) {
    const counted = await page.evaluate(callBridge, [calls.slice(at, at + AT_ONCE), CANARY] as const);
    for (const key of Object.keys(seen) as (keyof typeof seen)[]) seen[key] += counted[key];
  }
  expect(seen.leaks).toBe(0);
  expect(seen.answers + seen.refused + seen.thrown).toBe(CALLS);
  expect(seen.answers).toBeGreaterThan(CALLS / 20);
  expect(seen.refused).toBeGreaterThan(CALLS / 20);

  expect(Object.keys(CALL_CHANNELS).length).toBeGreaterThan(20);
  expect(page.url()).toContain('app');
  // It may open windows, up to a number.
  expect(electron.windows().length).toBeLessThanOrEqual(MOST_WINDOWS);
  expect(await page.evaluate(() => window.platform.recentFiles())).toBeInstanceOf(Array);
  expect(await readFile(join(privates, 'key.pem'), 'utf8')).toBe(CANARY);
  expect(await readdir(privates)).toEqual(['key.pem']);
  expect((await readdir(chosen)).filter((name) => name.startsWith('.'))).toEqual([]);
  await page.evaluate(() => (window.mayClose = true));
  await electron.close();
});

/** As text, with bytes; null for what only a clone carries. */
function asText(request: unknown): string | null {
  try {
    return (
      JSON.stringify(request, (_, value: unknown) => (value instanceof Uint8Array ? { $bytes: [...value] } : value)) ??
      ''
    );
  } catch {
    return null;
  }
}

/** In the page. */
async function callBridge([calls, canary]: readonly [readonly { name: string; request: string }[], string]) {
  const seen = { answers: 0, refused: 0, thrown: 0, leaks: 0 };
  const bridge = window.patchbayDesktop as unknown as Record<string, (request?: unknown) => Promise<unknown>>;
  const revive = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && '$bytes' in value
      ? Uint8Array.from(value.$bytes as number[])
      : value;
  const make = async ({ name, request }: (typeof calls)[number]): Promise<void> => {
    try {
      const answer = await bridge[name]!(request === '' ? undefined : JSON.parse(request, revive));
      const leaked = JSON.stringify(answer, (_, value: unknown) =>
        value instanceof Uint8Array ? new TextDecoder().decode(value) : value,
      );
      if (leaked?.includes(canary)) seen.leaks++;
      if ((answer as { ok?: boolean } | null)?.ok === true) seen.answers++;
      else seen.refused++;
    } catch {
      // The bridge itself does not take it: what is no File is none for a drop.
      seen.thrown++;
    }
  };
  await Promise.all(calls.map(make));
  return seen;
}
