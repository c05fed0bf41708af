/** Folders of the origin's private file system (OPFS): the browser shell's own, no file of the person's. */

/** Chromium writes beside a file, and lets what it wrote take the file's place at the end. */
const UNFINISHED = '.crswap';

export async function originFolder(name: string): Promise<FileSystemDirectoryHandle> {
  return await (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true });
}

/** The files in a folder; those that were written last come first. */
export async function newestFirst(folder: FileSystemDirectoryHandle): Promise<readonly File[]> {
  const files: File[] = [];
  for await (const handle of folder.values()) {
    if (!(handle instanceof FileSystemFileHandle) || handle.name.endsWith(UNFINISHED)) continue;
    const file = await unlessGone(handle.getFile());
    if (file) files.push(file);
  }
  return files.sort((a, b) => b.lastModified - a.lastModified);
}

/**
 * Null for what another window, or tab, has removed meanwhile.
 * @param changed What else says that it is not what it was.
 */
export async function unlessGone<T>(result: Promise<T>, changed: readonly string[] = []): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof DOMException && ['NotFoundError', ...changed].includes(error.name)) return null;
    throw error;
  }
}
