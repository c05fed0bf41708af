/** Good files with something wrong in them: bytes flipped, cut, doubled and moved, numbers and words of the format put elsewhere. */
import { GOOD_DOCUMENT } from './documents.ts';
import type { HostileFile, HostileFormat } from './hostile-file.ts';
import { GOOD_ONNX } from './onnx.ts';
import { GOOD_PNG } from './pictures.ts';
import { GOOD_NPY, GOOD_SAFETENSORS } from './tensors.ts';
import { GOOD_BPE, GOOD_CSV, GOOD_JSONL, GOOD_TOKENIZER } from './texts.ts';

const GOOD_FILES: readonly (readonly [HostileFormat, Uint8Array])[] = [
  ['patchbay', GOOD_DOCUMENT],
  ['safetensors', GOOD_SAFETENSORS],
  ['npy', GOOD_NPY],
  ['picture', GOOD_PNG],
  ['tokenizer', GOOD_TOKENIZER],
  ['tokenizer', GOOD_BPE],
  ['csv', GOOD_CSV],
  ['jsonl', GOOD_JSONL],
  ['onnx', GOOD_ONNX],
];

/** What a reader may stumble over in the place of something else. */
const WORDS = [
  '0',
  '-1',
  '1e999',
  '9007199254740993',
  'null',
  '[]',
  '{}',
  '""',
  '"',
  '\\',
  '\0',
  '\n',
  ',',
  '\u202e',
  '4294967296',
  '__proto__',
];

/** The n-th file: the same at every run. */
export function mutatedFile(n: number): HostileFile {
  const [format, good] = GOOD_FILES[n % GOOD_FILES.length]!;
  return {
    format,
    name: `mutation ${n}`,
    bytes: () => {
      const random = randomNumbers(n);
      let bytes = good;
      for (let change = 0; change <= random(3); change++) bytes = mutate(bytes, random);
      return bytes;
    },
    // Some changes are none: what is read is read.
    expected: /^|read/,
  };
}

function mutate(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const at = random(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + random(20));
  const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
  switch (random(7)) {
    case 0:
      return Buffer.concat([before, part.map((byte) => byte ^ (1 << random(8))), after]);
    case 1:
      return Buffer.from(before);
    case 2:
      return Buffer.concat([before, after]);
    case 3:
      return Buffer.concat([before, ...Array.from({ length: 2 + random(5) }, () => part), after]);
    case 4:
      return Buffer.concat([before, Buffer.from(WORDS[random(WORDS.length)]!), after]);
    case 5:
      return Buffer.concat([before, part.map(() => random(256)), after]);
    default: {
      // A number of the text, or of the bytes, is another.
      const text = Buffer.from(bytes).toString('latin1');
      const numbers = [...text.matchAll(/\d+/g)];
      const found = numbers[random(Math.max(1, numbers.length))];
      if (!found) return Buffer.concat([before, Buffer.from([0xff, 0xff, 0xff, 0x7f]), after]);
      const by = WORDS[random(WORDS.length)]!;
      return Buffer.from(text.slice(0, found.index) + by + text.slice(found.index + found[0].length), 'latin1');
    }
  }
}

/** Mulberry32: numbers below a bound. */
function randomNumbers(seed: number): (below: number) => number {
  const state = { at: Math.imul(seed + 1, 0x9e3779b1) };
  return (below) => {
    state.at = (state.at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state.at ^ (state.at >>> 15), 1 | state.at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
