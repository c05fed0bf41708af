/** docs/TRAINING.md: every command that stands there is run, in its order, in an empty folder; those of many processes in full runs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { readLog, TORCHRUN } from '../export/testing/train-packages.ts';
import { FULL } from '../scripts/effort.ts';
import { findPython } from '../scripts/oracle/python.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchbay-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DOCS = join(import.meta.dirname, '..', 'docs');

/** Indented lines that begin as a command. */
const COMMAND = /^ {4}((?:patchbay|python|torchrun|cd) .*)$/gm;

function commands(): readonly (readonly string[])[] {
  const guide = readFileSync(join(DOCS, 'TRAINING.md'), 'utf8');
  return Array.from(guide.matchAll(COMMAND), ([, line]) => line!.split(' '));
}

async function execute([program = '', ...args]: readonly string[], cwd: string): Promise<void> {
  const python = findPython()!;
  const programs: Readonly<Record<string, readonly string[]>> = {
    patchbay: [process.execPath, join(import.meta.dirname, 'main.ts')],
    python: [python],
    torchrun: [python, ...TORCHRUN],
  };
  const [file, ...first] = programs[program]!;
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  // What the guide calls by its place in the repository is read from there.
  const given = args.map((arg) => arg.replace('HOST', 'localhost').replace(/^docs\//, `${DOCS}/`));
  await promisify(execFile)(file!, [...first, ...given], { cwd, env });
}

test('the guide', async () => {
  let cwd = folder;
  const seen = new Set<string>();
  for (const command of commands()) {
    const [program] = command as [string];
    seen.add(program);
    if (program === 'cd') cwd = join(cwd, command[1]!);
    // The tests of train.py launch several in any run.
    else if (program === 'torchrun' && !FULL) continue;
    // The same line on each of two machines.
    else if (command.includes('--nnodes')) await Promise.all([execute(command, cwd), execute(command, cwd)]);
    else await execute(command, cwd);
  }
  expect(seen).toEqual(new Set(['patchbay', 'python', 'torchrun', 'cd']));

  expect(readdirSync(folder).filter((name) => name.startsWith('siglip-trained')).length).toBeGreaterThan(2);

  const runs = ['first', ...(FULL ? ['two', 'machines'] : [])];
  const [alone, ...others] = runs.map((name) => readLog(join(folder, 'siglip', 'runs', name)));
  expect(alone).toHaveLength(20);
  for (const other of others) {
    expect(other).toHaveLength(20);
    for (const [index, { loss }] of other.entries()) expect(Math.abs(loss - alone![index]!.loss)).toBeLessThan(1e-4);
  }
});
