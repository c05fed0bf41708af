/** Folders of the origin's private file system (OPFS): the browser shell's own, no file of the person's. */

export async function originFolder(name: string): Promise<FileSystemDirectoryHandle> {
  return await (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true });
}

/** The files in a folder; those that were written last come first. */
export async function newestFirst(folder: FileSystemDirectoryHandle): Promise<readonly File[]> {
  const files: File[] = [];
  for await (const handle of folder.values()) {
    if (!(handle instanceof FileSystemFileHandle)) continue;
    const file = await unlessGone(handle.getFile());
    if (file) files.push(file);
  }
  return files.sort((a, b) => b.lastModified - a.lastModified);
}

/** Null for what another window, or tab, has removed meanwhile. */
export async function unlessGone<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return null;
    throw error;
  }
}
