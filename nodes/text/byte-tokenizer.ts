/** Bytes as tokens: the id is the byte's value in UTF-8, so that every text has ids and none is unknown. */
import { foreign, type Tokenizer } from './tokenizer.ts';

const BYTES = 256;

/** UTF-8 as ids from 0 to 255. Bytes that make no character are decoded as U+FFFD, as everywhere on the web. */
export function byteTokenizer(): Tokenizer {
  return {
    size: BYTES,
    encode: (text) => ({ ok: true, ids: [...new TextEncoder().encode(text)] }),
    decode: decodeBytes,
    show: (id) => (isByte(id) ? showByte(id) : null),
  };
}

function decodeBytes(ids: readonly number[]): string {
  // One decoder for each run of bytes; what interrupts it also ends an unfinished character.
  let text = '';
  let run: number[] = [];
  const flush = (): void => {
    text += new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(run));
    run = [];
  };
  for (const id of ids) {
    if (isByte(id)) run.push(id);
    else {
      flush();
      text += foreign(id);
    }
  }
  flush();
  return text;
}

function isByte(id: number): boolean {
  return Number.isInteger(id) && id >= 0 && id < BYTES;
}

/** Printable ASCII as it is, the rest in hexadecimal. */
function showByte(id: number): string {
  if (id > 0x20 && id < 0x7f) return String.fromCharCode(id);
  return id === 0x20 ? '␠' : `\\x${id.toString(16).toUpperCase().padStart(2, '0')}`;
}
