/**
 * Weights that came out of an imported model, in the origin's private file system under their hash: a document names them,
 * and finds them here as long as they are kept. Written in a worker, a piece at a time.
 */
import { Sha256 } from '../../gpu/ir/sha256.ts';
import { blobSource } from '../../graph/formats/safetensors.ts';
import { newestFirst, originFolder } from './origin-folder.ts';
import type { CheckpointFile } from './platform.ts';

const FOLDER = 'weights';
/** Of models of some hundred megabytes each; the oldest go. */
const MOST_KEPT = 8;

/** Only browsers of one engine tell TypeScript of it; all have it for their private files. */
interface MovableHandle extends FileSystemFileHandle {
  move(name: string): Promise<void>;
}

/** @returns the SHA-256 of what was written. @throws {DOMException} where there is no room for it. */
export async function keepWeights(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const folder = await originFolder(FOLDER);
  // Under its hash once that is known, and it is whole.
  const file = (await folder.getFileHandle(`${crypto.randomUUID()}.part`, { create: true })) as MovableHandle;
  try {
    const hash = new Sha256();
    const writable = await file.createWritable();
    for await (const piece of pieces) {
      hash.update(piece);
      await writable.write(piece as Uint8Array<ArrayBuffer>);
    }
    await writable.close();
    const sha256 = hash.finish();
    await file.move(sha256);
    await forgetOldest(folder);
    return sha256;
  } catch (error) {
    await folder.removeEntry(file.name).catch(() => undefined);
    throw error;
  }
}

/** The weights of this hash, or null if they are not kept. */
export async function findKeptWeights(sha256: string, name: string): Promise<CheckpointFile | null> {
  const folder = await originFolder(FOLDER).catch(() => null);
  const handle = await folder?.getFileHandle(sha256).catch(() => null);
  if (!handle) return null;
  const file = await handle.getFile();
  return { name, sha256, ...blobSource(file) };
}

async function forgetOldest(folder: FileSystemDirectoryHandle): Promise<void> {
  const files = await newestFirst(folder);
  for (const { name } of files.slice(MOST_KEPT)) await folder.removeEntry(name).catch(() => undefined);
}
