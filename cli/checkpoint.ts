/** Weights from a .safetensors file: `--weights FILE[:PREFIX/]`, or the file that the document names. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { SafetensorsEntry } from '../graph/formats/safetensors.ts';
import { readSafetensorAs } from '../graph/formats/safetensors.ts';
import type { Call } from './command.ts';
import { UserError } from './errors.ts';
import { openSource } from './files.ts';
import { WEIGHTS } from './flags.ts';
import type { LoadedGraph } from './graph.ts';
import { splitReference, withSafetensors } from './tensor-files.ts';

/** A file whose tensors, without the prefix of their names, are weights by `state_dict` path. */
export interface Checkpoint {
  readonly file: string;
  readonly prefix: string;
}

export interface WeightShape {
  readonly path: string;
  readonly shape: readonly number[];
}

/**
 * What --weights names, or else the document; undefined: weights are drawn from the seed.
 * @throws {UserError} where the document's file is missing or another one than it was.
 */
export async function findCheckpoint(call: Call, { document, folder }: LoadedGraph): Promise<Checkpoint | undefined> {
  const flag = call.value(WEIGHTS);
  if (flag !== undefined) {
    const { file, key } = splitReference(flag);
    return { file, prefix: key ?? '' };
  }
  if (!document.weights) return undefined;
  const file = resolve(folder, document.weights.path);
  if ((await hashFile(file)) !== document.weights.sha256) {
    throw new UserError(`${file}: these are not the weights that the document names; their hash is another`);
  }
  return { file, prefix: '' };
}

/**
 * Reads these weights; the file may hold more.
 * @throws {UserError} where weights are missing, have another shape, or cannot be float32.
 */
export async function readCheckpoint(
  { file, prefix }: Checkpoint,
  weights: Iterable<WeightShape>,
): Promise<Map<string, Float32Array>> {
  return withSafetensors(file, async (source, entries) => {
    const wanted = [...weights];
    const missing = wanted.filter(({ path }) => !entries.has(prefix + path));
    if (missing.length > 0) throw new UserError(`${file}: ${describeMissing(missing, prefix)}`);
    const values = new Map<string, Float32Array>();
    for (const { path, shape } of wanted) {
      const entry = entries.get(prefix + path)!;
      checkShape(file, entry, shape);
      values.set(path, await readSafetensorAs(source, entry, 'f32'));
    }
    return values;
  });
}

function describeMissing(missing: readonly WeightShape[], prefix: string): string {
  const names = missing.slice(0, 3).map(({ path }) => `"${prefix}${path}"`);
  if (missing.length === 1) return `the weight ${names[0]} is missing`;
  return `${missing.length} weights are missing: ${names.join(', ')}${missing.length > names.length ? ', …' : ''}`;
}

function checkShape(file: string, entry: SafetensorsEntry, shape: readonly number[]): void {
  if (entry.shape.length === shape.length && entry.shape.every((size, axis) => size === shape[axis])) return;
  throw new UserError(
    `${file}: tensor "${entry.name}" is [${entry.shape.join(', ')}], but the weight is [${shape.join(', ')}]`,
  );
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
