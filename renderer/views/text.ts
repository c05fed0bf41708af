/** Text on a canvas: cut to a width, wrapped into lines, and names without what all of them begin with. */

export const SANS = `'Inter Variable', Inter, system-ui, sans-serif`;
export const MONO = `'JetBrains Mono Variable', ui-monospace, monospace`;

/** Width of a text in CSS pixels, in the font that is set. */
export type Measure = (text: string) => number;

/** The text, or as much of its beginning as fits with an ellipsis; empty where not even one letter does. */
export function fitText(measure: Measure, text: string, width: number): string {
  if (measure(text) <= width) return text;
  let [fits, fails] = [0, text.length];
  while (fails - fits > 1) {
    const middle = (fits + fails) >> 1;
    if (measure(`${text.slice(0, middle).trimEnd()}…`) <= width) fits = middle;
    else fails = middle;
  }
  return fits === 0 ? '' : `${text.slice(0, fits).trimEnd()}…`;
}

/** The text in at most this many lines, broken between words; null where that is too few, or a word is too wide. */
export function wrapText(measure: Measure, text: string, width: number, most: number): readonly string[] | null {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (measure(word) > width) return null;
    const longer = line === '' ? word : `${line} ${word}`;
    if (measure(longer) <= width) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  lines.push(line);
  return lines.length > most ? null : lines;
}

/** Names without the words that all of them begin with, which an ellipsis stands for: `… red circle`. */
export function withoutSharedStart(names: readonly string[]): readonly string[] {
  if (new Set(names).size < 2) return names;
  const words = names.map((name) => name.split(' '));
  const shortest = Math.min(...words.map(({ length }) => length));
  let shared = 0;
  while (shared < shortest - 1 && words.every((each) => each[shared] === words[0]![shared])) shared++;
  return shared < 2 ? names : words.map((each) => `… ${each.slice(shared).join(' ')}`);
}
