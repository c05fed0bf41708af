/** The import worker on this thread: what passes is copied, as between threads, and comes later. */
import { createHash } from 'node:crypto';
import type { ImportThread } from '../import/model-imports.ts';
import { doImport } from '../import/import-work.ts';
import type { FromImport } from '../import/protocol.ts';

/** Weights that were kept, by their hash. */
export type KeptHere = Map<string, Uint8Array>;

export function importThreadHere(kept: KeptHere = new Map()): ImportThread {
  let listener: (message: FromImport) => void = () => undefined;
  let ended = false;
  const tell = (message: FromImport): void => {
    const copy = structuredClone(message);
    queueMicrotask(() => !ended && listener(copy));
  };
  const keep = async (pieces: AsyncIterable<Uint8Array>): Promise<string> => {
    const parts: Uint8Array[] = [];
    for await (const piece of pieces) parts.push(piece.slice());
    const bytes = Buffer.concat(parts);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    kept.set(sha256, bytes);
    return sha256;
  };
  return {
    post: (request) => {
      void (async () => {
        // A worker reads slices without waiting; here the bytes have to be there before.
        const bytes = new Map<File, Uint8Array>();
        for (const { file } of request.files) bytes.set(file, new Uint8Array(await file.arrayBuffer()));
        const open = (file: File) => {
          const held = bytes.get(file)!;
          return { byteLength: held.byteLength, read: (begin: number, end: number) => held.slice(begin, end) };
        };
        await doImport(request, { tell, open, keep });
      })();
    },
    listen: (given) => {
      listener = given;
    },
    end: () => {
      ended = true;
    },
  };
}
