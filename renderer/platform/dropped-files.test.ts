import { expect, test } from 'vitest';
import { droppedFiles, MOST_PICTURES } from './dropped-files.ts';

/** As a browser gives them: two entries at a time. */
function folder(name: string, children: readonly FileSystemEntry[]): FileSystemDirectoryEntry {
  return {
    name,
    isDirectory: true,
    isFile: false,
    createReader: () => {
      const left = [...children];
      return { readEntries: (given: (entries: FileSystemEntry[]) => void) => given(left.splice(0, 2)) };
    },
  } as unknown as FileSystemDirectoryEntry;
}

function file(name: string): FileSystemEntry {
  return {
    name,
    isDirectory: false,
    isFile: true,
    file: (given: (file: File) => void) => given(new File([], name)),
  } as unknown as FileSystemEntry;
}

function dropped(entry: FileSystemEntry) {
  return { kind: 'file', getAsFile: () => new File([], entry.name), webkitGetAsEntry: () => entry };
}

const names = async (...entries: readonly FileSystemEntry[]): Promise<readonly string[]> =>
  (await droppedFiles(entries.map(dropped))).map(({ name }) => name);

test('a folder stands for its pictures and captions, in the order of their names', async () => {
  const shapes = folder('shapes', [
    file('10.png'),
    file('9.JPG'),
    file('metadata.csv'),
    file('.DS_Store'),
    file('readme.txt'),
    folder('more', [file('11.png')]),
  ]);
  expect(await names(shapes)).toEqual(['9.JPG', '10.png', 'metadata.csv']);
  expect(await names(file('notes.txt'), shapes)).toEqual(['notes.txt', '9.JPG', '10.png', 'metadata.csv']);
});

test('a folder without pictures, or with more than a batch takes, is named', async () => {
  await expect(names(folder('empty', []))).rejects.toThrow('there is no picture in the folder empty');
  await expect(names(folder('texts', [file('captions.jsonl')]))).rejects.toThrow('no picture in the folder texts');
  const many = Array.from({ length: MOST_PICTURES + 1 }, (_, index) => file(`${index}.png`));
  await expect(names(folder('all', many))).rejects.toThrow(`the folder all holds ${MOST_PICTURES + 1} pictures`);
  expect(await names(folder('most', many.slice(1)))).toHaveLength(MOST_PICTURES);
});
