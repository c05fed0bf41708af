import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LogFile, logConsole } from './log.ts';

let folder: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'patchbay-log-')), 'logs');
});

afterEach(() => rm(join(folder, '..'), { recursive: true }));

const NOW = new Date('2030-01-02T03:04:05.678Z');

test('a line has its time; the lines of an error stay together', async () => {
  const log = new LogFile(folder);
  log.write(['opened', new RangeError('too far')], NOW);
  const text = await readFile(log.path, 'utf8');
  expect(text).toMatch(/^2030-01-02T03:04:05\.678Z opened RangeError: too far\n {2,}at /);
  for (const line of text.trimEnd().split('\n').slice(1)) expect(line).toMatch(/^ {2}/);
});

test('a later start goes on where the log ends', async () => {
  new LogFile(folder).write(['first'], NOW);
  new LogFile(folder).write(['second'], NOW);
  expect((await readFile(join(folder, 'patchbay.log'), 'utf8')).match(/first|second/g)).toEqual(['first', 'second']);
});

test('however much is logged, the files are three and bounded, the newest last', async () => {
  const log = new LogFile(folder);
  for (let count = 0; count < 800; count++) log.write([`${count} ${'x'.repeat(7000)}`], NOW);
  expect((await readdir(folder)).sort()).toEqual(['patchbay.1.log', 'patchbay.2.log', 'patchbay.log']);
  for (const name of await readdir(folder)) {
    expect((await stat(join(folder, name))).size).toBeLessThanOrEqual(1024 * 1024);
  }
  expect((await readFile(log.path, 'utf8')).split('\n').at(-2)).toContain(' 799 ');
});

test('a line is bounded', async () => {
  const log = new LogFile(folder);
  log.write(['y'.repeat(10_000_000)], NOW);
  expect((await stat(log.path)).size).toBeLessThan(10_000);
});

test('where it cannot be written nothing fails', async () => {
  await writeFile(folder, 'a file where the folder should be');
  const log = new LogFile(folder);
  expect(() => log.write(['lost'], NOW)).not.toThrow();
});

test('errors and warnings of the console are printed as before, and logged', async () => {
  const log = new LogFile(folder);
  const printed = vi.fn<(...values: unknown[]) => void>();
  const to = { error: printed, warn: printed };
  logConsole(log, to);
  to.error('the disk', 7);
  to.warn('careful');
  expect(printed.mock.calls).toEqual([['the disk', 7], ['careful']]);
  const text = await readFile(log.path, 'utf8');
  expect(text).toMatch(/\[error\] the disk 7\n.*\[warn\] careful\n$/);
});
