/** What was dropped, as files: a folder stands for the pictures and captions that lie in it, or for the model that it is of. */
import { isCaptionFile } from '../../nodes/text/captions.ts';
import { IMAGE_TYPES } from './file-types.ts';
import { isModel, modelFilesOf, ONNX_ENDING } from './model-files.ts';
import { type FileOrigin, type ModelFile, type ModelFiles, PlatformError } from './platform.ts';

/** A folder with more pictures is a data set, not the batch of a graph. */
export const MOST_PICTURES = 64;

/** What a drop's data is asked for. */
type DroppedItem = Pick<DataTransferItem, 'kind' | 'getAsFile' | 'webkitGetAsEntry'> & {
  /** Only browsers of one engine have it. */
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
};

/**
 * The files that were dropped, and those directly in a folder that was, by name. To be called inside the event's handler,
 * without an `await` before it: the browser empties the data transfer afterwards.
 * @throws {PlatformError} naming a folder without pictures, or with too many.
 */
export async function droppedFiles(items: Iterable<DroppedItem>): Promise<readonly File[]> {
  const given = [...items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ file: item.getAsFile(), entry: item.webkitGetAsEntry() }));
  const files: File[] = [];
  for (const { file, entry } of given) {
    if (entry?.isDirectory) files.push(...(await filesIn(entry as FileSystemDirectoryEntry)));
    else if (file) files.push(file);
  }
  return files;
}

/** A folder with more files is none of one model. */
const MOST_OF_MODEL = 2000;

/**
 * The model that was dropped: an .onnx file with what else was, or a folder. Null where it is something else. To be called
 * as `droppedFiles` is.
 */
export async function droppedModel(items: Iterable<DroppedItem>): Promise<ModelFiles | null> {
  const given = [...items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => {
      return { file: item.getAsFile(), entry: item.webkitGetAsEntry(), handle: item.getAsFileSystemHandle?.() };
    });
  const [first, another] = given;
  if (first?.entry?.isDirectory && !another) {
    const folder = first.entry as FileSystemDirectoryEntry;
    const handle = await first.handle?.catch(() => null);
    const from: FileOrigin = {
      kind: 'folder',
      handle: (handle as FileSystemDirectoryHandle | null | undefined) ?? null,
    };
    const files = (await filesBelow(folder, '')).map((file) => ({ ...file, from }));
    return isModel(files) ? { name: folder.name, files } : null;
  }
  const files = given.flatMap(({ file }) => (file ? [{ path: file.name, file }] : []));
  return modelFilesOf(files.some(({ path }) => path.toLowerCase().endsWith(ONNX_ENDING)) ? files : []);
}

async function filesBelow(folder: FileSystemDirectoryEntry, path: string): Promise<readonly ModelFile[]> {
  const files: ModelFile[] = [];
  for (const entry of await entriesOf(folder)) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isFile) files.push({ path: path + entry.name, file: await fileOf(entry as FileSystemFileEntry) });
    // Numbers of a model may lie one folder further down.
    else if (path === '') files.push(...(await filesBelow(entry as FileSystemDirectoryEntry, `${entry.name}/`)));
    if (files.length > MOST_OF_MODEL) return [];
  }
  return files;
}

async function filesIn(folder: FileSystemDirectoryEntry): Promise<readonly File[]> {
  const entries = (await entriesOf(folder)).filter((entry) => entry.isFile && mayBeWanted(entry.name));
  const pictures = entries.filter(({ name }) => !isCaptionFile(name)).length;
  if (pictures === 0) throw new PlatformError(`there is no picture in the folder ${folder.name}`);
  if (pictures > MOST_PICTURES) {
    throw new PlatformError(
      `the folder ${folder.name} holds ${pictures} pictures, and a batch takes at most ${MOST_PICTURES}: drop those that are meant`,
    );
  }
  return await Promise.all(
    entries
      .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
      .map((entry) => fileOf(entry as FileSystemFileEntry)),
  );
}

/** A reader gives a part at a time, and nothing when it has given all. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const { promise, resolve, reject } = Promise.withResolvers<FileSystemEntry[]>();
    reader.readEntries(resolve, reject);
    const part = await promise;
    if (part.length === 0) return entries;
    entries.push(...part);
  }
}

async function fileOf(entry: FileSystemFileEntry): Promise<File> {
  const { promise, resolve, reject } = Promise.withResolvers<File>();
  entry.file(resolve, reject);
  return await promise;
}

/** By its name: the system's own files lie among pictures, too. */
function mayBeWanted(name: string): boolean {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase().replace('jpg', 'jpeg');
  return !name.startsWith('.') && (isCaptionFile(name) || IMAGE_TYPES.includes(`image/${ending}`));
}
