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
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return entries;
  return entries
    .map((entry) => ({ entry, score: scoreEntry(entry, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}

function scoreEntry(entry: Searchable, wanted: string): number {
  return Math.max(
    3 * scoreText(entry.title, wanted),
    2.5 * scoreText(entry.type, wanted),
    ...entry.keywords.map((keyword) => 2 * scoreText(keyword, wanted)),
  );
}

/** 1 for the whole text, less for its start, a word's start, its middle, initials; 0 for no match. */
function scoreText(text: string, wanted: string): number {
  const lower = text.toLowerCase();
  if (lower === wanted) return 1;
  if (lower.startsWith(wanted)) return 0.9 - 0.001 * lower.length;
  const words = splitWords(text);
  if (words.some((word) => word.startsWith(wanted))) return 0.8 - 0.001 * lower.length;
  if (lower.includes(wanted)) return 0.5 - 0.001 * lower.length;
  const squeezed = wanted.replaceAll(/[\s_.]+/g, '');
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
