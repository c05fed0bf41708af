/** Weights from a checkpoint: `--weights FILE[:PREFIX/]`, one file or the index of several, or what the document names. */
import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import type { StoredTensor } from '../export/weights/weight-pieces.ts';
import { parseSafetensorsIndex, shardFault, shardsToHash } from '../graph/formats/safetensors-index.ts';
import { readSafetensorAs, type SafetensorsEntry } from '../graph/formats/safetensors.ts';
import type { Checkpoint } from '../nodes/checkpoint.ts';
import { parseRenamingRule, RenamingError, type RenamingRule } from '../nodes/renaming.ts';
import type { Call } from './command.ts';
import { UsageError, UserError } from './errors.ts';
import { readBytes } from './files.ts';
import { RENAME, WEIGHTS } from './flags.ts';
import type { LoadedGraph } from './graph.ts';
import { inFile, splitReference, withSafetensors, withSource } from './tensor-files.ts';

/** An entry and the file that it is in. */
interface HeldEntry extends SafetensorsEntry {
  readonly file: string;
}

/** A checkpoint of which the headers were read. */
export interface CheckpointFile extends Checkpoint {
  /** As it was named: of several files, their index. */
  readonly file: string;
  readonly entries: ReadonlyMap<string, HeldEntry>;
}

/**
 * Opens what --weights names, or else the document; undefined: weights are drawn from the seed.
 * @throws {UserError} where the file is missing or broken, or is not the one that the document names; {UsageError}.
 */
export async function openCheckpoint(
  call: Call,
  { document, folder }: LoadedGraph,
): Promise<CheckpointFile | undefined> {
  const flag = call.value(WEIGHTS);
  const rules = renamingRules(call.values(RENAME));
  if (flag !== undefined) {
    const { file, key } = splitReference(flag);
    return { ...(await readHeaders(file)), prefix: key ?? '', rules };
  }
  if (rules.length > 0) throw new UsageError('--rename wants --weights');
  if (!document.weights) return undefined;
  const { path, sha256, rename = [] } = document.weights;
  const checkpoint = await readHeaders(resolve(folder, path));
  if (checkpoint.hash === sha256) return { ...checkpoint, rules: documentRules(rename) };
  throw new UserError(`${checkpoint.file}: these are not the weights that the document names; their hash is another`);
}

/**
 * One weight as float32.
 * @throws {UserError} where its element type cannot be read or a value is beyond float32.
 */
export async function readCheckpointEntry({ entries }: CheckpointFile, name: string): Promise<Float32Array> {
  const entry = entries.get(name)!;
  return withSource(entry.file, (source) => readSafetensorAs(source, entry, 'f32'));
}

/** A tensor of it, whose bytes are read a slice at a time. */
export function storedIn({ entries }: CheckpointFile, name: string): StoredTensor {
  const { file, dtype, begin, end } = entries.get(name)!;
  return {
    dtype,
    byteLength: end - begin,
    read: (from, to) => withSource(file, (source) => source.read(begin + from, begin + to)),
  };
}

/** @throws {UsageError} for what --rename was given and is no rule. */
export function renamingRules(rules: readonly string[]): readonly RenamingRule[] {
  try {
    return rules.map(parseRenamingRule);
  } catch (error) {
    throw error instanceof RenamingError ? new UsageError(`--rename, ${error.message}`) : error;
  }
}

/** @throws {UserError} where a document's rule is none. */
function documentRules(rules: readonly string[]): readonly RenamingRule[] {
  try {
    return rules.map(parseRenamingRule);
  } catch (error) {
    throw error instanceof RenamingError ? new UserError(`weights.rename, ${error.message}`) : error;
  }
}

/**
 * The headers of one file, or of the files of an index.
 * @throws {UserError} where one is missing or broken.
 */
export async function readHeaders(file: string): Promise<CheckpointFile> {
  return /\.json$/i.test(file) ? readShards(file) : readOne(file);
}

async function readOne(file: string): Promise<CheckpointFile> {
  const hash = await hashFile(file);
  return withSafetensors(file, async (_, entries) => {
    return { file, name: basename(file), hash, entries: new Map(entries.values().map((entry) => held(entry, file))) };
  });
}

/** @throws {UserError} also where a file does not hold what the index says. */
async function readShards(index: string): Promise<CheckpointFile> {
  const bytes = await readBytes(index);
  const shards = await inFile(index, async () => parseSafetensorsIndex(new TextDecoder().decode(bytes)));
  const entries = new Map<string, HeldEntry>();
  const hashes = new Map<string, string>();
  // In an order that does not depend on how the index was written.
  for (const [name, tensors] of [...shards].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const shard = await readOne(join(dirname(index), name));
    const fault = shardFault(tensors, shard.entries.keys());
    if (fault !== null) throw new UserError(`${shard.file}: ${fault}`);
    hashes.set(name, shard.hash);
    for (const [entry, facts] of shard.entries) entries.set(entry, facts);
  }
  const hash = createHash('sha256').update(shardsToHash(hashes)).digest('hex');
  return { file: index, name: basename(index), hash, entries };
}

function held(entry: SafetensorsEntry, file: string): [string, HeldEntry] {
  return [entry.name, { ...entry, file }];
}

async function hashFile(path: string): Promise<string> {
  return withSource(path, async (source) => {
    const hash = createHash('sha256');
    const piece = 1 << 24;
    for (let at = 0; at < source.byteLength; at += piece) {
      hash.update(await source.read(at, Math.min(at + piece, source.byteLength)));
    }
    return hash.digest('hex');
  });
}
