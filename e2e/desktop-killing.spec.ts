/** The desktop application is killed while somebody edits and saves: no file is lost or broken, and edits come back. */
import { watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { FULL } from '../scripts/effort.ts';
import { killRounds, startText, type Killable, type Shell } from './killing/kill-rounds.ts';
import { tellLosses } from './killing/tell-losses.ts';
import { answerDialogs, launchDesktop } from './stand-in/launch.ts';

const ROOT = join(import.meta.dirname, '..');
const NAME = 'study.patchbay';
const [RUNS, KILLS] = FULL ? [5, 20] : [1, 3];

for (let run = 1; run <= RUNS; run++) {
  test(`${KILLS} kills while editing and saving, seed ${run}`, { tag: '@endurance' }, async () => {
    test.setTimeout(KILLS * 60_000);
    const folder = await mkdtemp(join(tmpdir(), 'patchbay-killed-'));
    const userData = join(folder, 'user-data');
    const documents = join(folder, 'documents');
    const path = join(documents, NAME);
    await mkdir(documents);
    await writeFile(path, startText());
    const running: { app: Killable | null } = { app: null };
    let words: readonly string[] = [path];
    let opensByItself = false;
    const shell: Shell = {
      start: async () => {
        const { electron, page } = await launchDesktop(ROOT, userData, words);
        // At the first start the command line opens the file.
        opensByItself = words.length > 0;
        words = [];
        // Who saves edits over a file that was written after them says so.
        await answerDialogs(electron, { button: 0 });
        const kill = async () => {
          const ended = electron.waitForEvent('close');
          process.kill(-electron.process().pid!, 'SIGKILL');
          await ended;
          running.app = null;
        };
        return (running.app = { page, kill });
      },
      readFile: () => readFile(path, 'utf8'),
      openFile: async ({ page }) => {
        const recent = page
          .getByRole('region', { name: 'Recent files' })
          .getByRole('button', { name: new RegExp(`^${NAME}`) });
        if (!opensByItself) await recent.click();
        await expect(page.locator('article[data-node]').first()).toBeVisible();
      },
      untilWriting: (what) => change(what === 'file' ? documents : join(userData, 'journal')),
      checkLeftovers: async () => {
        expect(await readdir(documents)).toEqual([NAME]);
        const journal = await readdir(join(userData, 'journal'));
        expect(journal.filter((name) => !name.endsWith('.journal'))).toEqual([]);
        expect(await readdir(join(userData, 'unfinished')).catch(() => [])).toEqual([]);
      },
    };
    try {
      tellLosses(test.info(), await killRounds(shell, KILLS, run));
    } finally {
      await running.app?.kill();
    }
    await rm(folder, { recursive: true });
  });
}

/** Resolves with the next change in a folder. */
async function change(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await new Promise<void>((changed) => {
    const watching = watch(folder, () => {
      watching.close();
      changed();
    });
  });
}
