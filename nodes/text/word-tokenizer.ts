/** Words as tokens: a fixed list of words, whose ids count from 1; 0 is left to padding. */
import { closest } from '../../graph/closest.ts';
import { foreign, type Tokenizer } from './tokenizer.ts';

/** A word with its apostrophes and hyphens, or one character that is neither letter, digit nor space. */
const PIECE = /[\p{L}\p{N}\p{M}]+(?:['’-][\p{L}\p{N}\p{M}]+)*|[^\s\p{L}\p{N}\p{M}]/gu;

/** Marks that stand right after the word before them. */
const CLOSING = /^[.,;:!?)\]}’']$/u;

/** Words in a list, what is wrong with it, or both: the tokenizer is made of what is sound. */
export interface Vocabulary {
  readonly words: readonly string[];
  /** Entries that cannot be, with the reason. */
  readonly faults: readonly string[];
}

/** The words of a text, in order: lower case, separated by spaces or line breaks in a vocabulary. */
export function splitWords(text: string): readonly string[] {
  return text.normalize('NFC').toLowerCase().match(PIECE) ?? [];
}

/** Reads a vocabulary: entries separated by white space, each a single token, none twice. */
export function parseVocabulary(text: string): Vocabulary {
  const words: string[] = [];
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const entry of text.split(/\s+/u).filter((part) => part !== '')) {
    const pieces = splitWords(entry);
    const word = pieces[0];
    if (word === undefined || pieces.length > 1) faults.push(`"${entry}" is not one word`);
    else if (seen.has(word)) faults.push(`"${word}" stands there twice`);
    else {
      seen.add(word);
      words.push(word);
    }
  }
  return { words, faults };
}

/** Ids of the words of a list, from 1. A word that is not in it is unknown; the nearest one is suggested. */
export function wordTokenizer(words: readonly string[]): Tokenizer {
  const idOf = new Map(words.map((word, index) => [word, index + 1]));
  const show = (id: number): string | null => (Number.isInteger(id) ? (words[id - 1] ?? null) : null);
  return {
    size: words.length + 1,
    encode: (text) => {
      const ids: number[] = [];
      for (const word of splitWords(text)) {
        const id = idOf.get(word);
        if (id === undefined) {
          const suggestion = closest(word, words);
          return { ok: false, unknown: word, ...(suggestion !== undefined && { suggestion }) };
        }
        ids.push(id);
      }
      return { ok: true, ids };
    },
    decode: (ids) =>
      ids.reduce((text, id) => {
        const word = show(id) ?? foreign(id);
        return text === '' || CLOSING.test(word) ? text + word : `${text} ${word}`;
      }, ''),
    show,
  };
}
