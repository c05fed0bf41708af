/** Reads a file as the application does, whatever it holds. */
import { analyse } from '../../../graph/analyse.ts';
import { DocumentError, formatDocument, parseDocument } from '../../../graph/file.ts';
import { FormatError } from '../../../graph/formats/format-error.ts';
import { parseNpy } from '../../../graph/formats/npy.ts';
import { convertTensor } from '../../../graph/formats/raw-tensor.ts';
import { bytesSource, readSafetensorAs, readSafetensorsHeader } from '../../../graph/formats/safetensors.ts';
import { describeProblem } from '../../../graph/problems.ts';
import { NODES } from '../../../nodes/registry.ts';
import { CaptionError, readCaptions } from '../../../nodes/text/captions.ts';
import { fileTokenizer, TokenizerFileError } from '../../../nodes/text/file-tokenizer.ts';
import { ImportError } from '../../../import/import-error.ts';
import { importOnnx } from '../../../import/onnx/import-onnx.ts';
import { weightNumbers } from '../../../import/onnx/weights.ts';
import { UserError } from '../../errors.ts';
import { decodePicture } from '../../pictures.ts';
import type { HostileFormat } from './hostile-file.ts';

/** Errors of which the message is for a person. */
const TOLD = [DocumentError, FormatError, CaptionError, TokenizerFileError, ImportError, UserError] as const;

export type Reading =
  | { readonly kind: 'read'; /** Bytes of what it gave. */ readonly output: number }
  | { readonly kind: 'refused'; readonly message: string }
  /** A fault of the reader: its stack. */
  | { readonly kind: 'fault'; readonly message: string };

export async function readHostile(format: HostileFormat, bytes: Uint8Array): Promise<Reading> {
  try {
    return await READERS[format](bytes);
  } catch (error) {
    const told = TOLD.some((known) => error instanceof known);
    const { message, stack } = error as Error;
    return told ? { kind: 'refused', message } : { kind: 'fault', message: stack ?? String(error) };
  }
}

const TEXT = `A photo of 2 red circles! ${'a'.repeat(2000)} ${'ab '.repeat(500)}`;

const READERS: { readonly [F in HostileFormat]: (bytes: Uint8Array) => Reading | Promise<Reading> } = {
  patchbay: (bytes) => {
    const { problems } = analyse(parseDocument(bytes).document, NODES);
    const first = problems.find(({ severity }) => severity === 'error');
    return first ? { kind: 'refused', message: describeProblem(first) } : { kind: 'read', output: 0 };
  },
  safetensors: async (bytes) => {
    const source = bytesSource(bytes);
    const { entries } = await readSafetensorsHeader(source);
    let output = 0;
    for (const entry of entries.values()) output += (await readSafetensorAs(source, entry, 'f32')).byteLength;
    return { kind: 'read', output };
  },
  npy: (bytes) => {
    const values = convertTensor(parseNpy(bytes), 'f32', { format: 'npy', place: 'array' });
    return { kind: 'read', output: values.byteLength };
  },
  picture: async (bytes) => ({ kind: 'read', output: (await decodePicture(bytes, 'picture.png')).data.byteLength }),
  tokenizer: (bytes) => {
    const tokenizer = fileTokenizer(new TextDecoder().decode(bytes));
    const encoding = tokenizer.encode(TEXT);
    return { kind: 'read', output: encoding.ok ? tokenizer.decode(encoding.ids).length : 0 };
  },
  onnx: (bytes) => {
    const external = () => {
      throw new ImportError('the file beside it is not there');
    };
    const { document, weights } = importOnnx(bytes, { sizes: new Map(), external });
    const { problems } = analyse(document, NODES);
    const first = problems.find(({ code, severity }) => severity === 'error' && code !== 'node.foreign');
    if (first) return { kind: 'refused', message: describeProblem(first) };
    const read = weights.map(({ path, constant }) => weightNumbers(path, constant).byteLength);
    // A node of a few bytes becomes one of the document, which costs what reading it would.
    const graph = 12 * formatDocument(document).length;
    return { kind: 'read', output: read.reduce((sum, length) => sum + length, graph) };
  },
  csv: (bytes) => ({ kind: 'read', output: readCaptions('metadata.csv', bytes).size }),
  jsonl: (bytes) => ({ kind: 'read', output: readCaptions('metadata.jsonl', bytes).size }),
};
