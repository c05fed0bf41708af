/**
 * Reads JSON with what JSON.parse leaves out: the place of every error, duplicate keys refused, numbers that
 * JavaScript cannot keep refused, depth limited, and the place in the text of any value found later to be wrong.
 */

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonPath = readonly (string | number)[];

/** Deeper than any document is; keeps recursion, here and in whoever walks the value, off the stack's end. */
export const MAX_DEPTH = 64;

/** Characters between two calls of `onProgress`. */
const PROGRESS_STEP = 200_000;

export class JsonError extends Error {
  override readonly name = 'JsonError';
  /** Offset in the text, in UTF-16 units. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Parses a whole text.
 * @param onProgress is told the offset up to which it is read, now and then.
 * @throws {JsonError} with the offset.
 */
export function parseJson(text: string, onProgress?: (offset: number) => void): JsonValue {
  return new Reader(text, undefined, onProgress).read().value;
}

/** Offset at which the value of a path begins; of the nearest value around it where the path leads nowhere. */
export function offsetOf(text: string, path: JsonPath): number {
  return new Reader(text, path).read().offset;
}

class Reader {
  readonly #text: string;
  readonly #wanted: JsonPath | undefined;
  readonly #path: (string | number)[] = [];
  readonly #onProgress: ((offset: number) => void) | undefined;
  #at = 0;
  /** The offset that is told next. */
  #told = PROGRESS_STEP;
  /** Where the deepest value on the wanted path begins. */
  #found = 0;

  constructor(text: string, wanted: JsonPath | undefined, onProgress?: (offset: number) => void) {
    this.#text = text;
    this.#wanted = wanted;
    this.#onProgress = onProgress;
  }

  read(): { value: JsonValue; offset: number } {
    this.#space();
    if (this.#at === this.#text.length) throw this.#error('the file is empty');
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected('the end of the file');
    return { value, offset: this.#found };
  }

  #value(): JsonValue {
    if (this.#wanted && this.#path.every((part, depth) => part === this.#wanted![depth])) this.#found = this.#at;
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(): { [key: string]: JsonValue } {
    const object: { [key: string]: JsonValue } = {};
    this.#enter();
    for (let first = true; !this.#closes('}', first); first = false) {
      this.#space();
      if (this.#text[this.#at] !== '"') throw this.#unexpected('a field name in double quotes');
      const start = this.#at;
      const key = this.#string();
      if (key === '__proto__') throw this.#error('a field cannot be named __proto__', start);
      if (Object.hasOwn(object, key)) throw this.#error(`field "${key}" is given twice`, start);
      this.#space();
      if (this.#text[this.#at] !== ':') throw this.#unexpected('":"');
      this.#at++;
      this.#space();
      this.#path.push(key);
      object[key] = this.#value();
      this.#path.pop();
    }
    return object;
  }

  #array(): JsonValue[] {
    const array: JsonValue[] = [];
    this.#enter();
    for (let first = true; !this.#closes(']', first); first = false) {
      this.#space();
      this.#path.push(array.length);
      array.push(this.#value());
      this.#path.pop();
    }
    return array;
  }

  /** Steps over the opening bracket. */
  #enter(): void {
    if (this.#path.length >= MAX_DEPTH) throw this.#error(`values are nested deeper than ${MAX_DEPTH} levels`);
    this.#at++;
  }

  /** True at the closing bracket; otherwise steps over the comma that must be there, except before the first item. */
  #closes(bracket: string, first: boolean): boolean {
    this.#space();
    if (this.#at >= this.#told) {
      this.#told = this.#at + PROGRESS_STEP;
      this.#onProgress?.(this.#at);
    }
    const character = this.#text[this.#at];
    if (character === bracket) {
      this.#at++;
      return true;
    }
    if (first) return false;
    if (character !== ',') throw this.#unexpected(`"," or "${bracket}"`);
    const comma = this.#at++;
    this.#space();
    if (this.#text[this.#at] === bracket) throw this.#error(`a comma before "${bracket}" is not allowed`, comma);
    return false;
  }

  #string(): string {
    const start = this.#at++;
    let value = '';
    for (;;) {
      const from = this.#at;
      let code = this.#text.charCodeAt(this.#at);
      // Up to a quote, a backslash, a control character or the end (NaN).
      while (code >= 0x20 && code !== 0x22 && code !== 0x5c) code = this.#text.charCodeAt(++this.#at);
      value += this.#text.slice(from, this.#at);
      if (code === 0x22) {
        this.#at++;
        return value;
      }
      if (Number.isNaN(code)) throw this.#error('this text has no closing quote', start);
      if (code !== 0x5c) throw this.#error('a line break or control character inside a text must be escaped');
      value += this.#escape();
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    if (letter === 'u') {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#error('\\u needs four hexadecimal digits');
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (letter === '' || !Object.hasOwn(ESCAPES, letter)) throw this.#error(`\\${letter} is not an escape`);
    this.#at += 2;
    return ESCAPES[letter]!;
  }

  #word<T extends JsonValue>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected('a value');
    this.#at += word.length;
    return value;
  }

  #number(): number {
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.exec(this.#text);
    if (!found) throw this.#unexpected('a value');
    const [digits, fraction, exponent] = found;
    const value = Number(digits);
    const whole = fraction === undefined && exponent === undefined;
    // A whole number is kept if it would be written again with the same digits.
    if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value) && String(value) !== digits))
      throw this.#error(`the number ${digits} is too large to be kept exactly`);
    this.#at = NUMBER.lastIndex;
    // Written as 0, which is how it is read back.
    return value === 0 ? 0 : value;
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #unexpected(wanted: string): JsonError {
    const found = this.#text[this.#at];
    if (found === undefined) return this.#error(`the file ends where ${wanted} should stand`);
    return this.#error(`${JSON.stringify(found)} stands where ${wanted} should`);
  }

  #error(message: string, offset = this.#at): JsonError {
    return new JsonError(message, offset);
  }
}
