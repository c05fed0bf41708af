/** A program that kills itself at the n-th call to the file system while it saves: `kill-at-step.ts PATH TEXT N`. */
import { nodeFileSystem, writeFileAtomic, type FileSystem } from '../atomic-write.ts';

const [path = '', text = '', killAt = '0'] = process.argv.slice(2);
const state = { step: 0 };

async function counted<T>(call: () => Promise<T>): Promise<T> {
  if (state.step++ === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  return await call();
}

const files: FileSystem = {
  ...nodeFileSystem,
  resolve: (path) => counted(() => nodeFileSystem.resolve(path)),
  stat: (path) => counted(() => nodeFileSystem.stat(path)),
  create: async (path) => {
    const file = await counted(() => nodeFileSystem.create(path));
    return {
      // Three bytes at a time, so that kills fall between the writes of one file.
      write: (bytes, offset, length) => counted(() => file.write(bytes, offset, Math.min(length, 3))),
      chmod: (mode) => counted(() => file.chmod(mode)),
      chown: (uid, gid) => counted(() => file.chown(uid, gid)),
      sync: () => counted(() => file.sync()),
      close: () => counted(() => file.close()),
    };
  },
  rename: (from, to) => counted(() => nodeFileSystem.rename(from, to)),
  unlink: (path) => counted(() => nodeFileSystem.unlink(path)),
  syncFolder: (path) => counted(() => nodeFileSystem.syncFolder(path)),
};

await writeFileAtomic(path, new TextEncoder().encode(text), files);
process.stdout.write('saved');
