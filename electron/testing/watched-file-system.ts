/** The real file system with something said before and after each call: where a test kills the process or has the call fail. */
import { nodeFileSystem, type FileSystem, type WritableFile } from '../file-system.ts';

export interface Watch {
  /** The call, counted from 0, is about to be made; what this throws is how it fails. */
  readonly before?: (call: number) => void;
  /** It was made. */
  readonly after?: (call: number) => void;
  /** How many bytes a write accepts at most. */
  readonly writeLimit?: number;
}

export function watchedFileSystem({ before, after, writeLimit = Infinity }: Watch): FileSystem {
  const state = { calls: 0 };
  const watched = async <T>(make: () => Promise<T>): Promise<T> => {
    const call = state.calls++;
    before?.(call);
    const result = await make();
    after?.(call);
    return result;
  };
  const opened = (file: WritableFile): WritableFile => ({
    write: (bytes, offset, length) => watched(() => file.write(bytes, offset, Math.min(length, writeLimit))),
    chmod: (mode) => watched(() => file.chmod(mode)),
    chown: (uid, gid) => watched(() => file.chown(uid, gid)),
    sync: () => watched(() => file.sync()),
    close: async () => {
      // A close that fails has closed all the same.
      await file.close();
      await watched(() => Promise.resolve());
    },
  });
  return {
    resolve: (path) => watched(() => nodeFileSystem.resolve(path)),
    stat: (path) => watched(() => nodeFileSystem.stat(path)),
    checkWritable: (path) => watched(() => nodeFileSystem.checkWritable(path)),
    create: async (path) => opened(await watched(() => nodeFileSystem.create(path))),
    openToAppend: async (path) => opened(await watched(() => nodeFileSystem.openToAppend(path))),
    rename: (from, to) => watched(() => nodeFileSystem.rename(from, to)),
    unlink: (path) => watched(() => nodeFileSystem.unlink(path)),
    syncFolder: (path) => watched(() => nodeFileSystem.syncFolder(path)),
    makeFolder: (path) => watched(() => nodeFileSystem.makeFolder(path)),
    list: (path) => watched(() => nodeFileSystem.list(path)),
    read: (path) => watched(() => nodeFileSystem.read(path)),
  };
}
