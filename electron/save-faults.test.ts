/**
 * Saving on disks that fail: every call of a save is made to fail, to do half its work or to be the last one before the
 * process or the machine stops. The file holds the old bytes or the new ones, and the next start leaves nothing beside it.
 */
import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { FULL } from '../scripts/effort.ts';
import { AtomicFile, AtomicWriteError, removeTemporaries, writeFileAtomic } from './atomic-write.ts';
import { SimulatedDisk } from './testing/simulated-disk.ts';
import { watchedFileSystem } from './testing/watched-file-system.ts';
import { UnfinishedWrites } from './unfinished-writes.ts';

const PATH = '/documents/vit.patchbay';
/** A folder without a file is none here. */
const NEIGHBOUR = '/documents/notes.txt';
const RECORDS = '/user-data/unfinished';
const CODES = ['EIO', 'ENOSPC', 'EPERM', 'EACCES', 'EMFILE', 'EROFS', 'EDQUOT'] as const;
/** More than a save makes. */
const MOST_CALLS = 60;

const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
const scenario = fc.record({
  before: fc.option(bytes),
  after: bytes,
  pieces: fc.integer({ min: 1, max: 3 }),
  writeLimits: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
  failures: fc.array(fc.tuple(fc.nat(MOST_CALLS), fc.constantFrom(...CODES)), { maxLength: 3 }),
  crashAt: fc.option(fc.nat(MOST_CALLS)),
  crashDone: fc.constantFrom('nothing' as const, 'half' as const, 'all' as const),
});

test('any faults and any end, on the unkindest disk: the old file or the new, and nothing else after the next start', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await fc.assert(
    fc.asyncProperty(scenario, fc.infiniteStream(fc.nat()), async (given, whims) => {
      const disk = new SimulatedDisk(
        { [NEIGHBOUR]: new Uint8Array(1), ...(given.before && { [PATH]: given.before }) },
        {
          writeLimits: given.writeLimits,
          failures: new Map(given.failures),
          crashDone: given.crashDone,
          ...(given.crashAt !== null && { crashAt: given.crashAt }),
        },
      );
      const outcome = await save(given.after, given.pieces, disk);
      const crashed = given.crashAt !== null && disk.steps > given.crashAt;
      const left = crashed ? disk.afterCrash((options) => whims.next().value % options) : disk.live();

      const restarted = new SimulatedDisk(Object.fromEntries(left));
      await new UnfinishedWrites(RECORDS, restarted).tidy();
      const found = restarted.live();
      // A disk that did not even take the record, and then a crash: the one leftover that nobody can know of.
      const recorded = !disk.failed.some((path) => path.startsWith(RECORDS));
      if (recorded) expect([...found.keys()].filter((path) => path !== PATH)).toEqual([NEIGHBOUR]);
      const allowed = outcome === 'saved' ? [given.after] : [given.before, given.after];
      expect(allowed).toContainEqual(found.get(PATH) ?? null);
      if (outcome === 'old' && !crashed) expect(found.get(PATH) ?? null).toEqual(given.before);
    }),
    { numRuns: FULL ? 20_000 : 1000 },
  );
  told.mockRestore();
});

/** What the writer says became of the file. */
async function save(data: Uint8Array, pieces: number, disk: SimulatedDisk): Promise<'saved' | 'old' | 'not synced'> {
  const files = new UnfinishedWrites(RECORDS, disk).recorded();
  try {
    const file = await AtomicFile.create(PATH, files);
    const size = Math.ceil(data.length / pieces);
    for (let at = 0; at < data.length; at += size) await file.write(data.subarray(at, at + size));
    await file.commit();
    return 'saved';
  } catch (error) {
    expect(error).toBeInstanceOf(AtomicWriteError);
    return (error as AtomicWriteError).replaced ? 'not synced' : 'old';
  }
}

test.each(FULL ? CODES : CODES.slice(0, 3))(
  'on a real disk every call fails with %s once: mode and link are kept, nothing lies beside',
  async (code) => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const root = await mkdtemp(join(tmpdir(), 'patchbay-faults-'));
    const records = join(root, 'user-data/unfinished');
    const documents = join(root, 'documents');
    const target = join(documents, 'real.patchbay');
    const link = join(documents, 'vit.patchbay');
    await mkdir(documents);
    await writeFile(target, 'old');
    await symlink('real.patchbay', link);
    const outcomes = new Set<string>();
    for (let failAt = 0; !outcomes.has('unharmed'); failAt++) {
      await writeFile(target, 'old');
      await chmod(target, 0o640);
      const state = { failed: false };
      const disk = watchedFileSystem({
        before: (call) => {
          if (call !== failAt) return;
          state.failed = true;
          throw Object.assign(new Error(`${code}: injected`), { code });
        },
        writeLimit: 2,
      });
      const saved = await writeFileAtomic(
        link,
        Buffer.from('the new one'),
        new UnfinishedWrites(records, disk).recorded(),
      ).then(
        () => 'saved',
        (error: AtomicWriteError) => (error.replaced ? 'not synced' : 'old'),
      );
      expect(await readFile(link, 'utf8')).toBe(saved === 'old' ? 'old' : 'the new one');
      expect((await lstat(link)).isSymbolicLink()).toBe(true);
      // What the system does not let us set is not ours to set: the mode alone may differ, and only then.
      if (code !== 'EPERM') expect((await stat(target)).mode & 0o777).toBe(0o640);
      await new UnfinishedWrites(records).tidy();
      expect(await readdir(documents)).toEqual(['real.patchbay', 'vit.patchbay']);
      expect(await readdir(records).catch(() => [])).toEqual([]);
      outcomes.add(state.failed ? saved : 'unharmed');
    }
    expect(outcomes).toEqual(new Set(['saved', 'old', 'not synced', 'unharmed']));
    await rm(root, { recursive: true });
    told.mockRestore();
  },
);

test.each([
  ['save', 'before'],
  ['save', 'after'],
  ['export', 'before'],
  ['export', 'after'],
])(
  'a process that is killed in a %s %s any call: old or new, and the next start leaves nothing else',
  async (kind, when) => {
    const program = join(import.meta.dirname, 'testing/kill-at-step.ts');
    const root = await mkdtemp(join(tmpdir(), 'patchbay-killed-'));
    const outcomes: string[] = [];
    // A sample of the calls in a usual run: each is a process of its own.
    for (let step = 0; outcomes.at(-1) !== 'saved'; step += FULL ? 1 : 13) {
      const folder = join(root, String(step));
      await mkdir(folder);
      const path = join(folder, 'vit.patchbay');
      await writeFile(path, 'the old document', { mode: 0o640 });
      const words = [program, kind, folder, 'the new one', when, String(step)];
      const output = await new Promise<string>((done) =>
        execFile(process.execPath, words, (_, stdout) => done(stdout)),
      );
      const content = await readFile(path, 'utf8');
      expect(['the old document', 'the new one']).toContain(content);
      expect((await stat(path)).mode & 0o777).toBe(0o640);
      // As Desktop.create does.
      await removeTemporaries(join(folder, 'user-data'));
      await new UnfinishedWrites(join(folder, 'user-data/unfinished')).tidy();
      expect(await readdir(folder)).toEqual(expect.arrayContaining(['vit.patchbay']));
      expect((await readdir(folder)).filter((name) => name !== 'user-data')).toEqual(['vit.patchbay']);
      expect(await readdir(join(folder, 'user-data/unfinished')).catch(() => [])).toEqual([]);
      outcomes.push(output === 'saved' ? 'saved' : content);
    }
    if (FULL) expect(new Set(outcomes)).toEqual(new Set(['the old document', 'the new one', 'saved']));
    expect(outcomes.length).toBeGreaterThan(FULL ? 20 : 2);
    await rm(root, { recursive: true });
  },
  600_000,
);

test('at the start only what is on record goes: no file of another name, none of another profile, none on a disk that is away', async () => {
  const root = await mkdtemp(join(tmpdir(), 'patchbay-tidy-'));
  const records = join(root, 'unfinished');
  await mkdir(records);
  const own = join(root, '.patchbay-0123456789ab.tmp');
  const foreign = join(root, '.patchbay-ba9876543210.tmp');
  const precious = join(root, 'thesis.patchbay');
  for (const path of [own, foreign, precious]) await writeFile(path, 'x');
  await writeFile(join(records, 'own.record'), own);
  await writeFile(join(records, 'made-up.record'), precious);
  await writeFile(join(records, 'relative.record'), '.patchbay-0123456789ab.tmp');
  await writeFile(join(records, 'torn.record'), new Uint8Array(20));
  await writeFile(join(records, 'away.record'), join(root, 'no-such-disk/.patchbay-0123456789ab.tmp'));
  await new UnfinishedWrites(records).tidy();
  expect((await readdir(root)).sort()).toEqual(['.patchbay-ba9876543210.tmp', 'thesis.patchbay', 'unfinished']);
  expect(await readdir(records)).toEqual(['away.record']);
});
