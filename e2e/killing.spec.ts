/** The browser is killed while somebody edits and saves: no file is lost or broken, and edits come back. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, test } from '@playwright/test';
import { TEST_FLAGS } from '../scripts/chromium-flags.ts';
import { FULL } from '../scripts/effort.ts';
import { killRounds, startText, type Killable, type Shell } from './killing/kill-rounds.ts';
import { tellLosses } from './killing/tell-losses.ts';
import { answerPickers, readStored, writeStored } from './support/editor.ts';

const NAME = 'study.patchbay';
const [RUNS, KILLS] = FULL ? [5, 20] : [1, 2];

for (let run = 1; run <= RUNS; run++) {
  test(
    `${KILLS} kills of the browser while editing and saving, seed ${run}`,
    { tag: '@endurance' },
    async ({ baseURL }) => {
      test.setTimeout(KILLS * 60_000);
      const profile = await mkdtemp(join(tmpdir(), 'patchbay-killed-browser-'));
      const running: { app: Killable | null } = { app: null };
      /** The browser's own questions: nobody but the page writes the file, and of recovered edits the page asks itself. */
      const questions: string[] = [];
      const shell: Shell = {
        start: async () => {
          running.app = await startBrowser(profile);
          const { page } = running.app;
          page.on('dialog', (dialog) => {
            questions.push(dialog.message());
            void dialog.dismiss();
          });
          await answerPickers(page, NAME);
          await page.goto(baseURL!);
          return running.app;
        },
        readFile: ({ page }) => readStored(page, NAME),
        openFile: async ({ page }) => {
          const recent = page
            .getByRole('region', { name: 'Recent files' })
            .getByRole('button', { name: new RegExp(`^${NAME}`) });
          if (await recent.isVisible()) await recent.click();
          else {
            await writeStored(page, NAME, Buffer.from(startText()));
            await page.getByRole('button', { name: 'Open file…' }).click();
          }
          await expect(page.locator('article[data-node]').first()).toBeVisible();
        },
        untilWriting: null,
        checkLeftovers: async ({ page }) => {
          const names = await page.evaluate(async () => {
            const names: string[] = [];
            for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
            return names.toSorted();
          });
          // What Chromium writes to until a file is closed is its own: on a disk no page could reach it to remove it.
          const ours = names.filter((name) => name !== 'journal' && !name.endsWith('.crswap'));
          expect(ours).toEqual([NAME]);
          expect(questions).toEqual([]);
        },
      };
      try {
        tellLosses(test.info(), await killRounds(shell, KILLS, run));
      } finally {
        await running.app?.kill();
      }
      await rm(profile, { recursive: true });
    },
  );
}

/** A browser in a group of its own, so that all of its processes can be killed at once. */
async function startBrowser(profile: string): Promise<Killable> {
  const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const words = [...TEST_FLAGS, '--headless=new', '--remote-debugging-port=0', '--no-first-run'];
  const browser = spawn(executable, [...words, `--user-data-dir=${profile}`, 'about:blank'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const { promise: listening, resolve, reject } = Promise.withResolvers<string>();
  createInterface({ input: browser.stderr }).on('line', (line) => {
    const url = /^DevTools listening on (ws:.*)$/.exec(line)?.[1];
    if (url !== undefined) resolve(url);
  });
  const ended = new Promise<void>((done) => browser.once('exit', () => done()));
  void ended.then(() => reject(new Error('Chromium ended at its start.')));
  const kill = async () => {
    process.kill(-browser.pid!, 'SIGKILL');
    await ended;
  };
  const connected = await chromium.connectOverCDP(await listening);
  const [context] = connected.contexts();
  return { page: context!.pages()[0] ?? (await context!.newPage()), kill };
}
