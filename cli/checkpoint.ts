/** Weights from a .safetensors file: `--weights FILE[:PREFIX/]`, or the file that the document names. */
import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { readSafetensorAs } from '../graph/formats/safetensors.ts';
import type { Checkpoint } from '../nodes/checkpoint.ts';
import type { Call } from './command.ts';
import { UserError } from './errors.ts';
import { openSource } from './files.ts';
import { WEIGHTS } from './flags.ts';
import type { LoadedGraph } from './graph.ts';
import { splitReference, withSafetensors } from './tensor-files.ts';

/** A checkpoint of which the header was read. */
export interface CheckpointFile extends Checkpoint {
  readonly file: string;
}

/**
 * Opens what --weights names, or else the document; undefined: weights are drawn from the seed.
 * @throws {UserError} where the file is missing or broken, or is not the one that the document names.
 */
export async function openCheckpoint(
  call: Call,
  { document, folder }: LoadedGraph,
): Promise<CheckpointFile | undefined> {
  const flag = call.value(WEIGHTS);
  if (flag !== undefined) {
    const { file, key } = splitReference(flag);
    return readHeader(file, key ?? '');
  }
  if (!document.weights) return undefined;
  const checkpoint = await readHeader(resolve(folder, document.weights.path), '');
  if (checkpoint.hash === document.weights.sha256) return checkpoint;
  throw new UserError(`${checkpoint.file}: these are not the weights that the document names; their hash is another`);
}

/**
 * One weight as float32.
 * @throws {UserError} where its element type cannot be read or a value is beyond float32.
 */
export async function readCheckpointEntry({ file }: CheckpointFile, name: string): Promise<Float32Array> {
  return withSafetensors(file, (source, entries) => readSafetensorAs(source, entries.get(name)!, 'f32'));
}

async function readHeader(file: string, prefix: string): Promise<CheckpointFile> {
  const hash = await hashFile(file);
  return withSafetensors(file, (_, entries) => Promise.resolve({ file, name: basename(file), hash, prefix, entries }));
}

async function hashFile(path: string): Promise<string> {
  const source = await openSource(path);
  try {
    const hash = createHash('sha256');
    const piece = 1 << 24;
    for (let at = 0; at < source.byteLength; at += piece) {
      hash.update(await source.read(at, Math.min(at + piece, source.byteLength)));
    }
    return hash.digest('hex');
  } finally {
    await source.close();
  }
}
