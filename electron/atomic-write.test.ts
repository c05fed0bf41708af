import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../scripts/effort.ts';
import { AtomicWriteError, isTemporaryName, writeFileAtomic } from './atomic-write.ts';
import { nodeFileSystem } from './file-system.ts';
import { SimulatedDisk } from './testing/simulated-disk.ts';

const PATH = '/folder/vit.patchbay';
const folder = () => mkdtemp(join(tmpdir(), 'patchbay-write-'));
const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
const scenario = fc.record({
  before: fc.option(bytes),
  after: fc.uint8Array({ maxLength: 40 }),
  writeLimits: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
});

function disk(before: Uint8Array | null, faults: ConstructorParameters<typeof SimulatedDisk>[1]): SimulatedDisk {
  return new SimulatedDisk(before ? { [PATH]: before } : {}, faults);
}

test('a crash at any call, on the unkindest disk, leaves the old file or the new', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, fc.nat(40), fc.infiniteStream(fc.nat()), async (given, crashAt, whims) => {
      const files = disk(given.before, { writeLimits: given.writeLimits, crashAt });
      const saved = await writeFileAtomic(PATH, given.after, files).then(
        () => true,
        () => false,
      );
      const found = files.afterCrash((options) => whims.next().value % options).get(PATH) ?? null;
      expect(saved ? [given.after] : [given.before, given.after]).toContainEqual(found);
    }),
    { numRuns: runs(2000) },
  );
});

test('a call that fails leaves the old file, no leftover, and an error that names the file', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, fc.nat(40), async (given, failAt) => {
      const files = disk(given.before, { writeLimits: given.writeLimits, failures: new Map([[failAt, 'EIO']]) });
      const error = await writeFileAtomic(PATH, given.after, files).then(
        () => null,
        (error: unknown) => error,
      );
      const left = files.live();
      if (error === null) {
        expect(left).toEqual(new Map([[PATH, given.after]]));
        return;
      }
      expect(error).toBeInstanceOf(AtomicWriteError);
      const expected = (error as AtomicWriteError).replaced ? given.after : given.before;
      expect(left).toEqual(new Map(expected ? [[PATH, expected]] : []));
      expect((error as AtomicWriteError).message).toContain(PATH);
    }),
    { numRuns: runs(500) },
  );
});

test('a disk that accepts no more bytes is an error, not an endless loop', async () => {
  const files = disk(new Uint8Array([1]), { writeLimits: [3, 0] });
  await expect(writeFileAtomic(PATH, new Uint8Array(10), files)).rejects.toThrow('took 3 of 10 bytes');
  expect(files.live().get(PATH)).toEqual(new Uint8Array([1]));
});

test('every view is written whole, and what a killed writer leaves is recognised', async () => {
  const path = join(await folder(), 'weights.bin');
  await writeFileAtomic(path, new Float32Array([0, 1, 2, 3]).subarray(1));
  expect(new Float32Array(new Uint8Array(await readFile(path)).buffer)).toEqual(new Float32Array([1, 2, 3]));
  expect(isTemporaryName('.patchbay-0123456789ab.tmp')).toBe(true);
  expect(isTemporaryName('vit.patchbay')).toBe(false);
});

test('permissions are kept, a name as long as the file system allows is no obstacle', async () => {
  const path = join(await folder(), 'n'.repeat(255));
  await writeFile(path, 'old');
  await chmod(path, 0o640);
  await writeFileAtomic(path, Buffer.from('new'));
  expect((await stat(path)).mode & 0o777).toBe(0o640);
  expect(await readFile(path, 'utf8')).toBe('new');
});

test('a symbolic link stays one and its target is replaced, also where the target does not exist yet', async () => {
  const root = await folder();
  await mkdir(join(root, 'real'));
  await writeFile(join(root, 'real/a'), 'old');
  await symlink('real/a', join(root, 'a'));
  await symlink('real/b', join(root, 'b'));
  await writeFileAtomic(join(root, 'a'), Buffer.from('new a'));
  await writeFileAtomic(join(root, 'b'), Buffer.from('new b'));
  expect((await lstat(join(root, 'a'))).isSymbolicLink()).toBe(true);
  expect(await readFile(join(root, 'real/a'), 'utf8')).toBe('new a');
  expect(await readFile(join(root, 'real/b'), 'utf8')).toBe('new b');
  expect(await readdir(join(root, 'real'))).toEqual(['a', 'b']);
});

test('a link that leads up does so from where it lies, also when reached through a linked folder', async () => {
  const root = await folder();
  await mkdir(join(root, 'deep/folder'), { recursive: true });
  await symlink('deep/folder', join(root, 'short'));
  await symlink('../target', join(root, 'deep/folder/link'));
  await writeFile(join(root, 'deep/target'), 'old');
  await writeFileAtomic(join(root, 'short/link'), Buffer.from('new'));
  expect(await readFile(join(root, 'deep/target'), 'utf8')).toBe('new');
  expect(await readdir(root)).toEqual(['deep', 'short']);
});

test('what must not be replaced is refused: a folder, a loop of links, a file that is read-only', async () => {
  const root = await folder();
  await mkdir(join(root, 'folder'));
  await symlink('loop', join(root, 'loop'));
  await writeFile(join(root, 'locked'), 'old');
  const text = Buffer.from('new');
  await expect(writeFileAtomic(join(root, 'folder'), text)).rejects.toThrow('it is not a file');
  await expect(writeFileAtomic(join(root, 'loop'), text)).rejects.toThrow('too many symbolic links');
  await expect(writeFileAtomic(join(root, 'missing/file'), text)).rejects.toThrow('ENOENT');
  // Root may write what is read-only, so the refusal itself is simulated.
  const checkWritable = () => Promise.reject(new Error('EACCES: permission denied'));
  await expect(writeFileAtomic(join(root, 'locked'), text, { ...nodeFileSystem, checkWritable })).rejects.toThrow(
    'EACCES',
  );
  expect(await readdir(root)).toEqual(['folder', 'locked', 'loop']);
});
