/**
 * Copies of the pictures that a person chose, in the origin's private file system under their hash.
 *
 * A page learns no path and may not read a file again by itself. A document that names a large picture by its file
 * name (beside it, where desktop and command line look) finds it here as long as the browser keeps the copy.
 */
import { newestFirst, originFolder } from './origin-folder.ts';

const FOLDER = 'pictures';
const MAX_PICTURES = 32;

/** Keeps a copy; the oldest go. */
export async function keepPicture(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const folder = await originFolder(FOLDER);
  const file = await folder.getFileHandle(await sha256Of(bytes), { create: true });
  const writable = await file.createWritable();
  await writable.write(bytes);
  await writable.close();
  const files = await newestFirst(folder);
  for (const { name } of files.slice(MAX_PICTURES)) await folder.removeEntry(name);
}

/** The picture of this hash, or null if there is no copy of it, or a damaged one. */
export async function findPicture(sha256: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const folder = await originFolder(FOLDER);
  const file = (await newestFirst(folder)).find(({ name }) => name === sha256);
  if (!file) return null;
  const bytes = new Uint8Array(await file.arrayBuffer());
  return (await sha256Of(bytes)) === sha256 ? bytes : null;
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
