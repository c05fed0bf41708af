/** A .onnx file as `patchbay import` reads it: with the files beside it, and to a graph with its weights beside that. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { analyse } from '../graph/analyse.ts';
import { excerpt } from '../graph/error-text.ts';
import { formatDocument } from '../graph/file.ts';
import { streamSafetensors, type LateTensor } from '../graph/formats/safetensors.ts';
import type { PatchbayDocument } from '../graph/schema.ts';
import { ImportError } from '../import/import-error.ts';
import { importOnnx, type ImportedOnnx } from '../import/onnx/import-onnx.ts';
import { weightNumbers, type ImportedWeight } from '../import/onnx/weights.ts';
import type { ExternalData } from '../import/onnx/tensor.ts';
import { NODES } from '../nodes/registry.ts';
import type { Call } from './command.ts';
import { UsageError, UserError } from './errors.ts';
import { checkWritable, readBytes, writeAtomically } from './files.ts';
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
  const bytes = await readBytes(file);
  const imported = inFile(file, () => importOnnx(bytes, { sizes, external: readBeside(dirname(file)) }));
  rejectErrors(analyse(imported.document, NODES).problems.filter(({ code }) => code !== 'node.foreign'));
  report(call, imported);
  const { document, weights } = imported;
  const sha256 = weights.length > 0 ? await writeWeights(file, weightsFile, weights) : undefined;
  const named: PatchbayDocument =
    sha256 === undefined ? document : { ...document, weights: { path: basename(weightsFile), sha256 } };
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

function report(call: Call, { document, weights, notes, placeholders }: ImportedOnnx): void {
  const nodes = document.modules.reduce((total, module) => total + module.nodes.length, 0);
  call.print(`nodes            ${nodes} in ${document.modules.length} modules`);
  call.print(`parameters       ${weights.reduce((total, { constant }) => total + constant.count, 0)}`);
  for (const note of notes) call.print(`note: ${note}`);
  for (const [operator, count] of placeholders) {
    const stand = count === 1 ? '1 placeholder stands for it' : `${count} placeholders stand for it`;
    call.print(`note: ${excerpt(operator)} was not taken over: ${stand}, and what needs it does not run`);
  }
}

/** One after the other, as a model may be larger than memory. @returns the hash of what was written. */
async function writeWeights(file: string, path: string, weights: readonly ImportedWeight[]): Promise<string> {
  const hash = createHash('sha256');
  const tensors = weights.map(({ path: name, constant }): LateTensor => ({
    name,
    dtype: 'F32',
    shape: constant.dims,
    read: async () => {
      const numbers = inFile(file, () => weightNumbers(name, constant));
      return new Uint8Array(numbers.buffer);
    },
  }));
  const hashed = async function* () {
    for await (const piece of streamSafetensors(tensors)) {
      hash.update(piece);
      yield piece;
    }
  };
  await writeAtomically(path, hashed());
  return hash.digest('hex');
}

/** Reads parts of files that lie in the model's own folder, when they are asked for. */
function readBeside(folder: string): (data: ExternalData, tensor: string) => Uint8Array {
  const root = resolve(folder);
  return ({ location, offset, length }, tensor) => {
    const path = resolve(root, location);
    if (!path.startsWith(root + sep))
      throw new ImportError(`${tensor} lies in ${excerpt(location)}, which is not in the folder of the model`);
    return readPart(path, tensor, offset, length);
  };
}

function readPart(path: string, tensor: string, offset: number, length: number | undefined): Uint8Array {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (error) {
    throw new UserError(
      `${path}: ${tensor} lies there, and it cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
  try {
    const facts = fstatSync(handle);
    const end = length === undefined ? facts.size : offset + length;
    if (!facts.isFile() || end > facts.size || offset > end)
      throw new UserError(`${path}: ${tensor} lies there from byte ${offset} to ${end}, and there are ${facts.size}`);
    const bytes = new Uint8Array(end - offset);
    for (let at = 0; at < bytes.length;) {
      const read = readSync(handle, bytes, at, Math.min(bytes.length - at, 1 << 30), offset + at);
      if (read === 0) throw new UserError(`${path}: the file became shorter while it was read`);
      at += read;
    }
    return bytes;
  } finally {
    closeSync(handle);
  }
}
