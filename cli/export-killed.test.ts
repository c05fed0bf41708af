/** `patchbay export` that is killed at any moment: each file is the old one or the new, and nothing stays beside. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { TARGETS } from '../export/registry.ts';
import { FULL } from '../scripts/effort.ts';
import { exportCommand } from './commands/export.ts';
import { LINEAR } from './testing/documents.ts';
import { call, testFolder } from './testing/in-process.ts';

const { fresh, file, remove } = testFolder();
afterAll(remove);

const MAIN = join(import.meta.dirname, 'main.ts');
const KILLER = join(import.meta.dirname, 'testing/kill-at-step.ts');
const graph = file(LINEAR);

/** A folder of its own, so that what is left beside the export is seen. */
function place(): { readonly parent: string; readonly out: string } {
  const parent = fresh();
  mkdirSync(parent);
  return { parent, out: join(parent, 'out') };
}

function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map(({ parentPath, name }) => [
      join(parentPath, name).slice(folder.length + 1),
      bytesOf(join(parentPath, name)),
    ]),
  );
}

function bytesOf(path: string): string {
  return readFileSync(path).toString('base64');
}

/** @returns whether the process was killed. */
function run(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const env = { ...process.env, ...environment };
  execFile(process.execPath, ['--import', KILLER, MAIN, ...words], { env }, (error) =>
    resolve(error !== null && error.signal === 'SIGKILL'),
  );
  return promise;
}

/** In a full run all while files are put in place, and every fourth before; else one before, two in a row amid that, and the last. */
function moments(steps: number, files: number): readonly number[] {
  const placing = steps - 3 * files;
  if (FULL) return Array.from({ length: steps }, (_, step) => step).filter((step) => step >= placing || step % 4 === 0);
  const middle = steps - 1 - files;
  return [Math.floor(steps / 3), middle, middle + 1, steps - 1];
}

describe.each(Object.keys(TARGETS))('to %s', (target) => {
  const words = (out: string, seed: number) => [graph, '--to', target, '--out', out, '--seed', String(seed), '--force'];

  async function exported(seed: number): Promise<Record<string, string>> {
    const { out } = place();
    await call(exportCommand, ...words(out, seed));
    return contents(out);
  }

  async function stepsOf(out: string): Promise<number> {
    const counted = fresh();
    await run(['export', ...words(out, 1)], { KILL_COUNT: counted });
    return Number(readFileSync(counted, 'utf8'));
  }

  test('into a new folder: all of it is there, or nothing', { timeout: 600_000 }, async () => {
    const whole = await exported(1);
    const steps = await stepsOf(place().out);
    for (const moment of moments(steps, 1)) {
      const { parent, out } = place();
      expect(await run(['export', ...words(out, 1)], { KILL_AT: String(moment) }), `step ${moment}`).toBe(true);
      if (readdirSync(parent).includes('out')) expect(contents(out)).toEqual(whole);
      await call(exportCommand, ...words(out, 1));
      expect(contents(out)).toEqual(whole);
      expect(readdirSync(parent)).toEqual(['out']);
      rmSync(parent, { recursive: true });
    }
  });

  test('over files: each is the old one or the new, and others stay', { timeout: 600_000 }, async () => {
    const [before, after] = [await exported(0), await exported(1)];
    const again = place();
    await call(exportCommand, ...words(again.out, 0));
    const steps = await stepsOf(again.out);
    for (const moment of moments(steps, Object.keys(after).length)) {
      const { parent, out } = place();
      await call(exportCommand, ...words(out, 0));
      writeFileSync(join(out, 'notes.txt'), 'mine');
      expect(await run(['export', ...words(out, 1)], { KILL_AT: String(moment) }), `step ${moment}`).toBe(true);
      const { 'notes.txt': notes, ...left } = contents(out);
      expect(notes).toBe(Buffer.from('mine').toString('base64'));
      expect(Object.keys(left).toSorted()).toEqual(Object.keys(after).toSorted());
      for (const [path, bytes] of Object.entries(left)) expect([before[path], after[path]], path).toContain(bytes);
      await call(exportCommand, ...words(out, 1));
      expect(contents(out)).toMatchObject(after);
      expect(readdirSync(parent)).toEqual(['out']);
      rmSync(parent, { recursive: true });
    }
  });
});
