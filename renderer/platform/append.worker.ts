/**
 * Adds bytes to the end of a file in the origin's private file system, in place. A page alone can only have the whole
 * file copied for that; the handle that writes in place, and waits for the disk, is given to workers.
 */

export interface ToAppend {
  readonly file: FileSystemFileHandle;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Gets the answer. */
  readonly reply: MessagePort;
}

/** Null, or why it failed. */
export type FromAppend = string | null;

declare global {
  /** TypeScript has it for workers alone, and workers are compiled together with the page here. */
  interface FileSystemFileHandle {
    createSyncAccessHandle(): Promise<{
      getSize(): number;
      write(bytes: Uint8Array<ArrayBuffer>, where: { readonly at: number }): number;
      flush(): void;
      close(): void;
    }>;
  }
}

addEventListener('message', ({ data }: MessageEvent<ToAppend>) => void answer(data));

async function answer({ file, bytes, reply }: ToAppend): Promise<void> {
  const failure = await append(file, bytes).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  reply.postMessage(failure satisfies FromAppend, []);
  reply.close();
}

async function append(file: FileSystemFileHandle, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const access = await file.createSyncAccessHandle();
  try {
    const end = access.getSize();
    const written = access.write(bytes, { at: end });
    if (written !== bytes.byteLength) throw new Error(`the disk took ${written} of ${bytes.byteLength} bytes`);
    access.flush();
  } finally {
    access.close();
  }
}
