import { appendFile, mkdtemp, readdir, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatEntry, JournalFolder, parseEntry, type JournalLimits, type StoredEntry } from './journal.ts';

const folder = () => mkdtemp(join(tmpdir(), 'patchbay-journal-'));

function entry(id: string, text = 'text'): StoredEntry {
  return { id, name: 'vit', file: null, bytes: new TextEncoder().encode(text) };
}

const textOf = ({ bytes }: StoredEntry) => new TextDecoder().decode(bytes);

test('an entry reads as it was written, whatever it holds', () => {
  const file = fc.record({
    path: fc.string({ unit: 'binary', minLength: 1 }),
    stamp: fc.option(fc.record({ modifiedMs: fc.integer({ min: 0 }), size: fc.nat() })),
  });
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.option(file), fc.uint8Array(), (name, file, bytes) => {
      const written = { id: 'a', name, file, bytes };
      expect(parseEntry(formatEntry(written))).toEqual(written);
    }),
  );
});

test('what is no entry is null, and never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(parseEntry(bytes)).toBeNull();
    }),
  );
  expect(parseEntry(new TextEncoder().encode('{"id":"a"}\nrest'))).toBeNull();
});

test('entries are replaced, read newest first, and discarded', async () => {
  const path = await folder();
  const journal = new JournalFolder(path);
  await journal.write(entry('a', 'older'));
  await journal.write(entry('b', 'newest'));
  await journal.write(entry('a', 'newer'));
  await utimes(join(path, 'a.journal'), 1, 1);
  const texts = async () => (await journal.read()).map(textOf);
  expect(await texts()).toEqual(['newest', 'newer']);
  await journal.discard('b');
  await journal.discard('b');
  expect(await texts()).toEqual(['newer']);
});

test('what is added to an entry follows it; one that is gone, or would be too large, is told', async () => {
  const path = await folder();
  const journal = new JournalFolder(path, { entries: 20, bytes: 200 });
  await expect(journal.append('a', new Uint8Array(1))).rejects.toThrow('no such entry');
  expect(await readdir(path)).toEqual([]);
  await journal.write(entry('a', 'one'));
  await journal.append('a', new TextEncoder().encode(' two'));
  await appendFile(join(path, 'a.journal'), ' three');
  expect((await journal.read()).map(textOf)).toEqual(['one two three']);
  await expect(journal.append('a', new Uint8Array(200))).rejects.toThrow('The journal is full');
  await journal.write(entry('a', 'anew'));
  expect((await journal.read()).map(textOf)).toEqual(['anew']);
});

test('changes happen in the order in which they were asked for', async () => {
  const journal = new JournalFolder(await folder());
  await Promise.all([journal.write(entry('a', 'x'.repeat(1_000_000))), journal.discard('a')]);
  expect(await journal.read()).toEqual([]);
});

test('a folder that is not there is an empty journal', async () => {
  expect(await new JournalFolder(join(await folder(), 'none')).read()).toEqual([]);
});

test.each<[string, JournalLimits, readonly string[]]>([
  ['entries', { entries: 2, bytes: Infinity }, ['b', 'c']],
  ['bytes', { entries: 20, bytes: 250 }, ['c']],
])('beyond the limit of %s the oldest go, never the one that was just written', async (_, limits, left) => {
  const path = await folder();
  const journal = new JournalFolder(path, limits);
  for (const [index, id] of ['a', 'b'].entries()) {
    await journal.write(entry(id, 'x'.repeat(100)));
    await utimes(join(path, `${id}.journal`), index + 1, index + 1);
  }
  await journal.write(entry('c', 'x'.repeat(1000)));
  expect((await readdir(path)).map((name) => name.replace('.journal', ''))).toEqual(left);
});

test('entries of documents that are open do not go, however many there are', async () => {
  const path = await folder();
  const journal = new JournalFolder(path, { entries: 2, bytes: Infinity });
  const open = new Set<string>();
  for (const id of ['a', 'b', 'c', 'd']) {
    if (id !== 'b') open.add(id);
    await journal.write(entry(id), open);
  }
  expect((await journal.read()).map(({ id }) => id).toSorted()).toEqual(['a', 'c', 'd']);
});

test('leftovers of a killed writer are tidied, other files are left alone', async () => {
  const path = await folder();
  await writeFile(join(path, '.patchbay-0123456789ab.tmp'), '');
  await writeFile(join(path, 'notes.txt'), '');
  await writeFile(join(path, 'other.journal'), 'no entry');
  const journal = new JournalFolder(path);
  await journal.tidy();
  expect(await readdir(path)).toEqual(['notes.txt', 'other.journal']);
  expect(await journal.read()).toEqual([]);
});
