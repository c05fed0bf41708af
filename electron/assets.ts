/** Pictures and the like that a document names by path and hash, read for the renderer if they are what it expects. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { PickedDesktopImage } from './api.ts';
import { readBounded } from './files.ts';

/**
 * The bytes of the file, or null if it is not there or holds something else. The hash is the permission: a page
 * that was taken over learns nothing from a file whose content it does not know already.
 * @param documentPath The document that names it, beside which a relative path is looked for; null: never saved.
 */
export async function readAsset(documentPath: string | null, path: string, sha256: string): Promise<Uint8Array | null> {
  const whole = pathFromDocument(documentPath, path);
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

/** Where a document's path leads; null for a relative one of a document that was never saved. */
export function pathFromDocument(documentPath: string | null, path: string): string | null {
  const native = path.split('/').join(sep);
  if (documentPath !== null) return resolve(dirname(documentPath), native);
  return isAbsolute(native) ? native : null;
}

/** With slashes, and relative if the file lies in the document's folder or below: the two then move together. */
export function pathInDocument(path: string, documentPath: string | null): string {
  if (documentPath === null) return path.split(sep).join('/');
  const fromDocument = relative(dirname(documentPath), path);
  const below = !isAbsolute(fromDocument) && fromDocument.split(sep)[0] !== '..';
  return (below ? fromDocument : path).split(sep).join('/');
}
