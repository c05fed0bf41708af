/** Finds palette entries by a few letters: the start of a word beats its middle, the title beats its other words. */

/** What search looks at. */
export interface Searchable {
  readonly title: string;
  /** Type or class name. */
  readonly type: string;
  readonly keywords: readonly string[];
}

/** Entries that match, best first; all of them in their order where nothing is asked. */
export function search<T extends Searchable>(entries: readonly T[], query: string): readonly T[] {
  return createSearch<T>()(entries, query);
}

/** A search that keeps how it reads an entry: of thousands of them, each letter of a query takes a few milliseconds. */
export function createSearch<T extends Searchable>(): (entries: readonly T[], query: string) => readonly T[] {
  const known = new WeakMap<T, readonly Text[]>();
  const textsOf = (entry: T): readonly Text[] => {
    const kept = known.get(entry);
    if (kept) return kept;
    const texts = [
      textOf(entry.title, 3),
      textOf(entry.type, 2.5),
      ...entry.keywords.map((keyword) => textOf(keyword, 2)),
    ];
    known.set(entry, texts);
    return texts;
  };
  return (entries, query) => {
    const wanted = wantedOf(query);
    if (wanted.text === '') return entries;
    const found: { readonly entry: T; readonly score: number }[] = [];
    for (const entry of entries) {
      let score = 0;
      for (const text of textsOf(entry)) score = Math.max(score, text.weight * scoreText(text, wanted));
      if (score > 0) found.push({ entry, score });
    }
    return found.sort((a, b) => b.score - a.score).map(({ entry }) => entry);
  };
}

interface Text {
  readonly written: string;
  readonly lower: string;
  /** The first character that belongs to a word. */
  readonly first: string | undefined;
  readonly weight: number;
}

function textOf(written: string, weight: number): Text {
  const lower = written.toLowerCase();
  return { written, lower, first: FIRST.exec(lower)?.[0], weight };
}

const FIRST = /[a-z0-9]/;

interface Wanted {
  readonly text: string;
  /** Without what stands between words. */
  readonly squeezed: string;
}

function wantedOf(query: string): Wanted {
  const text = query.trim().toLowerCase();
  return { text, squeezed: text.replaceAll(/[\s_.]+/g, '') };
}

/** 1 for the whole text, less for its start, a word's start, its middle, initials; 0 for no match. */
function scoreText({ written, lower, first }: Text, { text: wanted, squeezed }: Wanted): number {
  const at = lower.indexOf(wanted);
  // Squeezed words and initials begin as the text does. Most texts end here.
  if (at === -1 && first !== squeezed[0]) return 0;
  if (at === 0) return lower.length === wanted.length ? 1 : 0.9 - 0.001 * lower.length;
  const words = splitWords(written);
  if (words.some((word) => word.startsWith(wanted))) return 0.8 - 0.001 * lower.length;
  if (at !== -1) return 0.5 - 0.001 * lower.length;
  if (squeezed !== '' && words.join('').startsWith(squeezed)) return 0.7 - 0.001 * lower.length;
  const initials = words.map((word) => word[0]).join('');
  // `sdpa` finds scaled dot-product attention.
  return squeezed.length > 1 && initials.startsWith(squeezed) ? 0.6 : 0;
}

/** `VisionAttention`, `layer_norm`, `Scaled dot-product attention` as lower-case words. */
function splitWords(text: string): readonly string[] {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
