/** From a document's bytes to the package that is run to verify it: its code, and how large its weights may be. */
import { parseDocument } from '../../../graph/file.ts';
import { joined } from '../../joined.ts';
import { refuseInexpressible, sourceOfDocument } from '../../document-source.ts';
import { PYTORCH } from '../../pytorch/target.ts';
import { packageFiles, WEIGHTS_FILE } from '../pytorch.ts';

/** The reference implementation reads no longer header. */
const LARGEST_HEADER = 100_000_000;

export interface PlannedPackage {
  /** Everything but the weights: plain names, separated by slashes. */
  readonly files: readonly { readonly path: string; readonly pieces: Uint8Array }[];
  readonly weights: { readonly path: string; /** At most. */ readonly bytes: number };
}

/** @throws {DocumentError} for bytes that are no document; {ExportRefused} where it cannot be exported. */
export async function planPackage(bytes: Uint8Array, name: string): Promise<PlannedPackage> {
  const { document } = parseDocument(bytes);
  const pictureOf = () => Promise.reject(new Error('code needs no pictures'));
  const source = sourceOfDocument(document, name, { pictureOf });
  refuseInexpressible(PYTORCH, source);
  const files: { path: string; pieces: Uint8Array }[] = [];
  for (const { path, pieces } of await packageFiles(source)) {
    if (path === WEIGHTS_FILE) continue;
    const parts: Uint8Array[] = [];
    for await (const piece of pieces) parts.push(piece);
    files.push({ path, pieces: joined(parts) });
  }
  let elements = 0;
  for (const { shape } of source.weights.recipes.values())
    elements += shape.reduce((product, size) => product * size, 1);
  return { files, weights: { path: WEIGHTS_FILE, bytes: LARGEST_HEADER + 4 * elements } };
}
