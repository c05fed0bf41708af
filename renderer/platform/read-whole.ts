/** Files whose bytes are wanted at once. */

const MOST_READS = 5;

/**
 * A file and its bytes, both of one moment. A file that is written between `getFile` and the read of its bytes can no
 * longer be read (`NotReadableError`, `NotFoundError`), though nothing is wrong with it: it is asked for anew.
 */
export async function readWhole(
  handle: FileSystemFileHandle,
): Promise<{ readonly file: File; readonly bytes: Uint8Array<ArrayBuffer> }> {
  for (let reads = 1; ; reads++) {
    const file = await handle.getFile();
    try {
      return { file, bytes: new Uint8Array(await file.arrayBuffer()) };
    } catch (error) {
      const replaced = error instanceof DOMException && ['NotReadableError', 'NotFoundError'].includes(error.name);
      // Also the error of a file that nobody may read, which stays; of one that is gone, `getFile` tells.
      if (!replaced || reads === MOST_READS) throw error;
    }
  }
}
