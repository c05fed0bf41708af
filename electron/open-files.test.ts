/** Two processes of the application that know nothing of each other, and one that was killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OpenFiles } from './open-files.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-open-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('each learns of the other, of the same file and until it is left', async () => {
  const [one, other] = [new OpenFiles(folder), new OpenFiles(folder)];
  expect(await one.enter('/a')).toBe(false);
  expect(await one.enter('/a')).toBe(false);
  expect(await other.enter('/b')).toBe(false);
  expect(await other.enter('/a')).toBe(true);
  expect(await one.enter('/a')).toBe(true);
  await one.leave('/a');
  await one.leave('/a');
  expect(await other.enter('/a')).toBe(false);
});

test('of two that open a file at once at least one is told', async () => {
  for (let round = 0; round < 50; round++) {
    const told = await Promise.all(
      [new OpenFiles(folder), new OpenFiles(folder)].map((each) => each.enter(`/${round}`)),
    );
    expect(told).toContain(true);
  }
});

test('what a process left that was killed counts for nothing, and is removed', async () => {
  const script = `
    import { OpenFiles } from ${JSON.stringify(new URL('./open-files.ts', import.meta.url).href)};
    await new OpenFiles(${JSON.stringify(folder)}).enter('/a');
    process.stdout.write('open');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const here = new OpenFiles(folder);
  expect(await here.enter('/a')).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(readdirSync(folder)).toHaveLength(4);
  expect(await here.enter('/a')).toBe(false);
  expect(readdirSync(folder)).toHaveLength(2);
});

test('where marks cannot be left, files are opened all the same, and the log says so', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(await new OpenFiles('/dev/null/none').enter('/a')).toBe(false);
  expect(told).toHaveBeenCalledWith(expect.stringContaining('Other processes cannot be told of open documents'));
  told.mockRestore();
});
