/** Files of a model that is to be imported, as a person chooses or drops them. */
import { CONFIG } from '../../import/huggingface/folder.ts';
import { orCancelled, type FolderPicker } from './file-system-access.ts';
import { type FileOrigin, type ModelFile, type ModelFiles, PlatformError } from './platform.ts';
import { upload } from './upload.ts';

export const ONNX_ENDING = '.onnx';

/** A folder with more files is none of one model. */
const MOST_FILES = 2000;
/** Folders of models have their files at most so far down. */
const MOST_DEPTH = 3;

/** A file input: an .onnx file, and those that hold its numbers. */
export async function chooseModelFiles(): Promise<ModelFiles | null> {
  const files = await upload({ accept: '', multiple: true });
  return modelFilesOf(files.map((file) => ({ path: file.name, file })));
}

/** A field gives files and keeps no way back to their folder. */
const CHOSEN_AGAIN: FileOrigin = { kind: 'folder', handle: null };

/** A folder by a file input: its files come with it. */
export async function uploadModelFolder(): Promise<ModelFiles | null> {
  const files = await upload({ accept: '', multiple: true, folder: true });
  const [first] = files;
  if (!first) return null;
  // `vit/config.json`
  const below = (file: File): string => file.webkitRelativePath.split('/').slice(1).join('/') || file.name;
  const name = first.webkitRelativePath.split('/')[0] || first.name;
  return { name, files: files.map((file) => ({ path: below(file), file, from: CHOSEN_AGAIN })) };
}

/** A folder by the picker that some browsers have. */
export async function pickModelFolder(picker: FolderPicker): Promise<ModelFiles | null> {
  const handle = await orCancelled(picker({ id: 'patchbay-models', mode: 'read' }));
  if (!handle) return null;
  return { name: handle.name, files: await filesOfFolder(handle) };
}

/** The files of a folder, by their paths in it. @throws {PlatformError} where there are too many for one model. */
export async function filesOfFolder(folder: FileSystemDirectoryHandle): Promise<readonly ModelFile[]> {
  const from: FileOrigin = { kind: 'folder', handle: folder };
  return (await filesBelow(folder)).map((file) => ({ ...file, from }));
}

/** Whether what was dropped is to be imported: an .onnx file, or a folder with a configuration or an .onnx file. */
export function isModel(files: readonly ModelFile[]): boolean {
  return files.some(({ path }) => path === CONFIG || path.toLowerCase().endsWith(ONNX_ENDING));
}

async function filesBelow(folder: FileSystemDirectoryHandle, path = '', depth = 0): Promise<readonly ModelFile[]> {
  const files: ModelFile[] = [];
  for await (const [name, handle] of folder.entries()) {
    if (name.startsWith('.')) continue;
    if (handle instanceof FileSystemFileHandle) files.push({ path: path + name, file: await handle.getFile() });
    else if (depth < MOST_DEPTH) files.push(...(await filesBelow(handle, `${path}${name}/`, depth + 1)));
    if (files.length > MOST_FILES)
      throw new PlatformError(
        `The folder ${folder.name} holds more than ${MOST_FILES} files: choose that of the model.`,
      );
  }
  return files;
}

/** Single files, called after the model among them; null for none. */
export function modelFilesOf(files: readonly ModelFile[]): ModelFiles | null {
  const first = files.find(({ path }) => path.toLowerCase().endsWith(ONNX_ENDING)) ?? files[0];
  return first ? { name: first.path, files } : null;
}
