/** What a tokenizer is: text to ids and back. Each kind is a function in a file of its own that makes one of these. */

/** Text as ids, or the first piece of it that has none. */
export type Encoding =
  | { readonly ok: true; readonly ids: readonly number[] }
  | { readonly ok: false; readonly unknown: string; readonly suggestion?: string };

export interface Tokenizer {
  /** One more than the greatest id that it gives: the least vocab_size of a model that reads them. */
  readonly size: number;
  readonly encode: (text: string) => Encoding;
  /** The text of a sequence. Ids that are no token of this tokenizer stand as `<id>`. */
  readonly decode: (ids: readonly number[]) => string;
  /** One token as a person reads it: `circle`, `é` or `\xC3`; null for an id that is no token. */
  readonly show: (id: number) => string | null;
}

/** An id that no token has, as it stands in a text. */
export function foreign(id: number): string {
  return `<${id}>`;
}
