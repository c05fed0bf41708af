/** PyTorch: a package that a person would have written, with its weights and a test that proves it. */
import { streamSafetensors, type LateTensor } from '../../graph/formats/safetensors.ts';
import { textFile, type ExportSource, type ExportTarget } from '../target.ts';
import { bytesOf, examplePieces, hasOutputs } from './example.ts';
import { writeGenerateFile } from './generate-file.ts';
import { planLoop } from './loop.ts';
import { writeModelFile } from './model-file.ts';
import { planReaders } from './readers.ts';
import { writeReadmeFile } from './readme-file.ts';
import { writeRunFile } from './run-file.ts';
import { TENSOR_FILES } from './tensor-files.ts';
import { writeTestFile } from './test-file.ts';
import { trainingFiles } from './training/files.ts';
import { planTraining } from './training/plan.ts';

export const PYTORCH: ExportTarget = {
  name: 'pytorch',
  title: 'PyTorch',
  summary: 'A package: model.py, its weights, a script that runs it, a test of its numbers',
  problems: (source) => {
    const { problems, forward } = writeModelFile(source);
    return [...problems, ...planLoop(source, forward).problems];
  },
  files: async (source) => {
    const model = writeModelFile(source);
    const readers = planReaders(source, model.forward);
    const { loop } = planLoop(source, model.forward);
    const training = planTraining(source, model, readers);
    return [
      textFile('model.py', model.text),
      textFile('run.py', writeRunFile(model, readers)),
      ...(loop ? [textFile('generate.py', writeGenerateFile(model, readers, loop))] : []),
      textFile('test_model.py', writeTestFile(source, model, hasOutputs(source, model.forward))),
      ...(training ? trainingFiles(model, training) : []),
      ...readers.files,
      textFile('tensor_files.py', TENSOR_FILES),
      textFile('README.md', writeReadmeFile(source, model, readers, loop, training)),
      { path: 'weights.safetensors', pieces: weightPieces(source) },
      { path: 'example.safetensors', pieces: examplePieces(source, model.forward, loop) },
    ];
  },
};

/** Every weight under its `state_dict` key, in construction order; drawn or read when it is written. */
function weightPieces({ weights, leaf }: ExportSource): AsyncIterable<Uint8Array> {
  const tensors = Array.from(weights.recipes.values(), ({ path, shape }): LateTensor => {
    return { name: path, dtype: 'F32', shape, read: async () => bytesOf(await leaf('weight', path)) };
  });
  return streamSafetensors(tensors, { format: 'pt' });
}
