/** The paths that documents write down, and where they lead. */
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';

/** Where a document's path leads; null for a relative one of a document that was never saved. */
export function pathFromDocument(documentPath: string | null, path: string): string | null {
  const native = path.split('/').join(sep);
  if (documentPath !== null) return resolve(dirname(documentPath), native);
  return isAbsolute(native) ? resolve(native) : null;
}

/** With slashes, and relative if the file lies in the document's folder or below: the two then move together. */
export function pathInDocument(path: string, documentPath: string | null): string {
  if (documentPath === null) return path.split(sep).join('/');
  const fromDocument = relative(dirname(documentPath), path);
  const below = !isAbsolute(fromDocument) && fromDocument.split(sep)[0] !== '..';
  return (below ? fromDocument : path).split(sep).join('/');
}
