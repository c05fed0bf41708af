/** PyTorch: a package that a person would have written, with its weights and a test that proves it. */
import { formatSafetensors, type NamedTensor } from '../../graph/formats/safetensors.ts';
import { textFile, type ExportSource, type ExportTarget, type LeafWords } from '../target.ts';
import { writeModelFile, type ModelFile } from './model-file.ts';
import { writeRunFile } from './run-file.ts';
import { TENSOR_FILES } from './tensor-files.ts';

export const PYTORCH: ExportTarget = {
  name: 'pytorch',
  title: 'PyTorch',
  summary: 'a package: model.py, its weights, a script that runs it, a test of its numbers',
  problems: (source) => writeModelFile(source).problems,
  files: async (source) => {
    const model = writeModelFile(source);
    return [
      textFile('model.py', model.text),
      textFile('run.py', writeRunFile(model)),
      textFile('tensor_files.py', TENSOR_FILES),
      { path: 'weights.safetensors', pieces: weightPieces(source) },
      { path: 'example.safetensors', pieces: examplePieces(source, model) },
    ];
  },
};

/** Every weight under its `state_dict` key, in construction order. */
async function* weightPieces({ weights, leaf }: ExportSource): AsyncIterable<Uint8Array> {
  const tensors: NamedTensor[] = [];
  for (const { path, shape } of weights.recipes.values()) {
    tensors.push({ name: path, dtype: 'F32', shape, bytes: bytesOf(await leaf('weight', path)) });
  }
  yield* formatSafetensors(tensors, { format: 'pt' });
}

/** The inputs as they are in the document. */
async function* examplePieces({ leaf }: ExportSource, { forward }: ModelFile): AsyncIterable<Uint8Array> {
  const tensors: NamedTensor[] = [];
  for (const { port, type } of forward.inputs) {
    const shape = type!.dims.map(({ size }) => size);
    const words = await leaf('input', port);
    tensors.push({ name: `input/${port}`, shape, ...encode(words, type!.dtype) });
  }
  yield* formatSafetensors(tensors);
}

function encode(words: LeafWords, dtype: 'f32' | 'i32' | 'bool'): Pick<NamedTensor, 'dtype' | 'bytes'> {
  if (dtype === 'bool') return { dtype: 'BOOL', bytes: Uint8Array.from(words) };
  return { dtype: dtype === 'i32' ? 'I32' : 'F32', bytes: bytesOf(words) };
}

function bytesOf(words: LeafWords): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
