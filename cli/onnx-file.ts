/** A .onnx file as `patchbay import` reads it: with the files beside it, and to a graph with its weights beside that. */
import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { describeNonFinite, type NonFinite } from '../export/weights/non-finite.ts';
import { analyse } from '../graph/analyse.ts';
import { excerpt } from '../graph/error-text.ts';
import { formatDocument } from '../graph/file.ts';
import { streamSafetensors } from '../graph/formats/safetensors.ts';
import type { PatchbayDocument } from '../graph/schema.ts';
import { ImportError } from '../import/import-error.ts';
import { importOnnx, type ImportedOnnx } from '../import/onnx/import-onnx.ts';
import { isInOwnFile, readStructure, type SyncSource } from '../import/onnx/own-file.ts';
import { STANDARD_SIZE } from '../import/onnx/sizes.ts';
import type { ReadExternal } from '../import/onnx/tensor.ts';
import { lateTensor, type ImportedWeight } from '../import/onnx/weights.ts';
import { onnxReport } from '../import/report.ts';
import { NODES } from '../nodes/registry.ts';
import type { Call } from './command.ts';
import { UsageError, UserError } from './errors.ts';
import { checkWritable, withSyncSource } from './files.ts';
import { writeAtomically } from './write-files.ts';
import { factLine } from './fit-report.ts';
import { SET } from './flags.ts';
import { rejectErrors } from './graph.ts';

/**
 * Imports the file and writes the graph, and its weights to a file beside it under their names in the graph.
 * @throws {UserError} for what cannot be read or written; {ImportError} for a file that is no model or none that fits.
 */
export async function importOnnxFile(call: Call, file: string, out: string): Promise<number> {
  const sizes = new Map(call.values(SET).map(sizeOf));
  const weightsFile = join(dirname(out), `${basename(out).replace(/\.patchbay$/, '')}.safetensors`);
  await checkWritable(weightsFile);
  const named = await withSyncSource(file, async (source): Promise<PatchbayDocument> => {
    const external = readParts(source, dirname(file));
    const imported = inFile(file, () => importOnnx(readStructure(source), { sizes, external }));
    rejectErrors(analyse(imported.document, NODES).problems.filter(({ code }) => code !== 'node.foreign'));
    report(call, imported);
    const { document, weights } = imported;
    if (weights.length === 0) return document;
    return {
      ...document,
      weights: { path: basename(weightsFile), sha256: await writeWeights(call, file, weightsFile, weights) },
    };
  });
  await writeAtomically(out, [new TextEncoder().encode(formatDocument(named))]);
  return 0;
}

function sizeOf(setting: string): [string, number] {
  const split = setting.lastIndexOf('=');
  const text = setting.slice(split + 1).trim();
  if (split < 1 || !/^\d+$/.test(text)) throw new UsageError(`--set ${setting}: write NAME=SIZE`);
  return [setting.slice(0, split), Number(text)];
}

/** Importing knows places in the file, not the file. */
function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ImportError) throw new ImportError(`${file}: ${error.message}`);
    throw error;
  }
}

function report(call: Call, imported: ImportedOnnx): void {
  const { facts, notes } = onnxReport(imported);
  for (const [name, value] of facts) call.print(factLine(name, value));
  for (const name of imported.openSizes)
    call.print(`note: size ${name} comes with the data; it is ${STANDARD_SIZE} here (--set ${name}=SIZE)`);
  for (const note of notes) call.print(`note: ${note}`);
}

/** Warns of values that are no numbers. @returns the hash of what was written. */
async function writeWeights(
  call: Call,
  file: string,
  path: string,
  weights: readonly ImportedWeight[],
): Promise<string> {
  const hash = createHash('sha256');
  const wild: NonFinite[] = [];
  const tensors = weights.map((weight) => {
    const tensor = lateTensor(weight, (element) => wild.push({ name: weight.path, element }));
    return { ...tensor, read: async () => inFile(file, tensor.read) };
  });
  const hashed = async function* () {
    for await (const piece of streamSafetensors(tensors)) {
      hash.update(piece);
      yield piece;
    }
  };
  await writeAtomically(path, hashed());
  if (wild.length > 0) call.warn(describeNonFinite(basename(file), wild));
  return hash.digest('hex');
}

/** Reads parts of the model, and of files that lie in its own folder, when they are asked for. */
function readParts(own: SyncSource, folder: string): ReadExternal {
  const root = resolve(folder);
  return (data, tensor) => {
    const { location, offset, length } = data;
    if (isInOwnFile(data)) return own.read(offset, offset + length!);
    const path = resolve(root, location);
    if (!path.startsWith(root + sep))
      throw new ImportError(`${tensor} lies in ${excerpt(location)}, which is not in the folder of the model`);
    const read = (source: SyncSource): Uint8Array => {
      const end = length === undefined ? source.byteLength : offset + length;
      if (end <= source.byteLength && offset <= end) return source.read(offset, end);
      throw new UserError(
        `${path}: ${tensor} lies there from byte ${offset} to ${end}, and there are ${source.byteLength}`,
      );
    };
    return withSyncSource(path, read, `${tensor} lies there, and it cannot be read`);
  };
}
