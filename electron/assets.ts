/** Pictures and the like that a document names by path and hash, read for the renderer if they are what it expects. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { PickedDesktopImage } from './api.ts';
import { pathInDocument } from './document-paths.ts';
import type { Reach } from './reach.ts';
import { readBounded } from './reading.ts';

/**
 * The bytes of the file, or null if it is out of reach, not there, or holds something else. The hash is a permission
 * too: a page that was taken over learns nothing from a file whose content it does not know already.
 * @param documentPath The document that names it, beside which a relative path is looked for; null: never saved.
 */
export async function readAsset(
  reach: Reach,
  documentPath: string | null,
  path: string,
  sha256: string,
): Promise<Uint8Array | null> {
  const whole = await reach.find(documentPath, path);
  const facts = whole === null ? null : await stat(whole).catch(() => null);
  if (whole === null || !facts?.isFile()) return null;
  const bytes = await readBounded(whole);
  return createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : null;
}

/** The pictures at these paths, with the paths that a document writes down. */
export async function readImages(
  paths: readonly string[],
  documentPath: string | null,
): Promise<readonly PickedDesktopImage[]> {
  return await Promise.all(
    paths.map(async (path) => ({
      name: basename(path),
      path: pathInDocument(path, documentPath),
      bytes: await readBounded(path),
    })),
  );
}
