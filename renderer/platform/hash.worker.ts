/** Hashes one file, piece by piece, and ends: a checkpoint has gigabytes, which would hold the page up. */
import { Sha256 } from '../../gpu/ir/sha256.ts';

export type FromHash = { readonly sha256: string } | { readonly part: number } | { readonly failed: string };

const PIECE_BYTES = 1 << 24;

addEventListener('message', ({ data }: MessageEvent<File>) => void answer(data));

async function answer(file: File): Promise<void> {
  try {
    const hash = new Sha256();
    for (let at = 0; at < file.size; at += PIECE_BYTES) {
      hash.update(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
      postMessage({ part: Math.min(1, (at + PIECE_BYTES) / file.size) } satisfies FromHash);
    }
    postMessage({ sha256: hash.finish() } satisfies FromHash);
  } catch (error) {
    postMessage({ failed: error instanceof Error ? error.message : String(error) } satisfies FromHash);
  }
}
