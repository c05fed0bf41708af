/** Folders of the origin's private file system (OPFS): the browser shell's own, no file of the person's. */

export async function originFolder(name: string): Promise<FileSystemDirectoryHandle> {
  return await (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true });
}

/** The files in a folder; those that were written last come first. */
export async function newestFirst(folder: FileSystemDirectoryHandle): Promise<readonly File[]> {
  const files: File[] = [];
  for await (const handle of folder.values()) {
    if (handle instanceof FileSystemFileHandle) files.push(await handle.getFile());
  }
  return files.sort((a, b) => b.lastModified - a.lastModified);
}
