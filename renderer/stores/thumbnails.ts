/** Sketches of the files that were opened or saved last, in localStorage: what the gallery draws of recent files. */
import { z } from 'zod';
import { graphSketch, sketchOf, type GraphSketch } from './graph-sketch.ts';
import type { DerivedStore } from './derived.ts';
import type { DocumentStore } from './document.ts';
import { recall } from './recall.ts';

const KEY = 'patchbay:thumbnails';
/** Somewhat more than shells list. */
const MOST = 16;
/** A save, and the page after an opening, go first. */
const DELAY_MILLISECONDS = 1000;

/** By the file's id, the last one last. */
const thumbnails = () => z.array(z.tuple([z.string(), graphSketch()]));

/** Anything unreadable is no thumbnail. */
export function recallThumbnails(storage: Pick<Storage, 'getItem'>): ReadonlyMap<string, GraphSketch> {
  return new Map(recall(storage, KEY, thumbnails));
}

/** Sketches what is shown of a file after it was opened or saved. @returns stops. */
export function keepThumbnails(
  documents: DocumentStore,
  derived: DerivedStore,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const sketch = (): void => {
    const { file, savedDocument } = documents.getState();
    const { document, inference } = derived.getState();
    // Edited since: the next save draws it.
    if (!file || document !== savedDocument) return;
    const others = [...recallThumbnails(storage)].filter(([id]) => id !== file.id);
    const kept = [...others, [file.id, sketchOf(document, inference)]].slice(-MOST);
    try {
      storage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // Storage is full or denied: the file is listed without a picture.
    }
  };
  const stop = documents.subscribe(({ file, savedDocument }, before) => {
    if (!file || (file === before.file && savedDocument === before.savedDocument)) return;
    clearTimeout(timer);
    timer = setTimeout(sketch, DELAY_MILLISECONDS);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}
