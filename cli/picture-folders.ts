/** A folder of pictures with captions: metadata.csv, metadata.jsonl, captions.csv or captions.jsonl beside them. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CAPTION_FILES, CaptionError, readCaptions } from '../nodes/text/captions.ts';
import { UserError } from './errors.ts';
import { readBytes } from './files.ts';

const PICTURE = /\.(png|jpe?g|webp|gif|avif|tiff?|bmp)$/i;

export interface FolderPicture {
  readonly file: string;
  readonly caption: string | undefined;
}

export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/**
 * The pictures of a folder by name, with their captions where there is a file of them.
 * @throws {UserError} where there is none, or a caption is of a picture that is not there.
 */
export async function readPictureFolder(folder: string): Promise<readonly FolderPicture[]> {
  const names = (await readdir(folder)).sort();
  const pictures = names.filter((name) => PICTURE.test(name));
  if (pictures.length === 0) throw new UserError(`${folder}: there are no pictures in this folder`);
  const captionFile = CAPTION_FILES.flatMap((wanted) => names.filter((name) => name.toLowerCase() === wanted))[0];
  const captions = captionFile === undefined ? new Map<string, string>() : await captionsOf(folder, captionFile);
  const stray = [...captions.keys()].find((name) => !pictures.includes(name));
  if (stray !== undefined) throw new UserError(`${join(folder, captionFile!)}: ${stray} is not in the folder`);
  return pictures.map((name) => ({ file: join(folder, name), caption: captions.get(name) }));
}

async function captionsOf(folder: string, name: string): Promise<ReadonlyMap<string, string>> {
  const bytes = await readBytes(join(folder, name));
  try {
    return readCaptions(name, bytes);
  } catch (error) {
    if (error instanceof CaptionError) throw new UserError(join(folder, error.message));
    throw error;
  }
}
