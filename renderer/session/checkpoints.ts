/** Checkpoints that documents name: found by the shell, their headers read and checked, and shared with other threads. */
import { FormatError } from '../../graph/formats/format-error.ts';
import { excerpt } from '../../graph/error-text.ts';
import { shardFault } from '../../graph/formats/safetensors-index.ts';
import {
  type ByteSource,
  readSafetensorAs,
  readSafetensorsHeader,
  type OwningSource,
  type SafetensorsEntry,
} from '../../graph/formats/safetensors.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { Checkpoint } from '../../nodes/checkpoint.ts';
import type { CheckpointFile, FileRef, HashJob, PickedCheckpoint, Platform } from '../platform/platform.ts';
import { messageOf } from './message-of.ts';
import { createRequests } from './requests.ts';

/** How a document names one. */
export type WeightsReference = Pick<NonNullable<PatchbayDocument['weights']>, 'path' | 'sha256' | 'rename'>;

/** A checkpoint whose header was read and holds together; its numbers are read a tensor at a time. */
export interface OpenCheckpoint extends Checkpoint {
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly source: OwningSource;
  /** The source is a .safetensors file, and not several one behind the other. */
  readonly isOneFile: boolean;
}

/** A file that is no checkpoint, or whose header lies. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

export interface Checkpoints {
  /**
   * The checkpoint that a document names; null if it is not there or holds something else.
   * @param file The document's own, beside which a relative path is looked for.
   * @throws {CheckpointError} if it is broken; {PlatformError} if it cannot be read.
   */
  open(file: FileRef | null, weights: WeightsReference, job?: HashJob): Promise<OpenCheckpoint | null>;
  /**
   * Lets the person choose one; null if they do not.
   * @param wanted the hash of one that is missing.
   * @throws as `open` does.
   */
  pick(file: FileRef | null, wanted: string | null, job?: HashJob): Promise<WeightsReference | null>;
  /** Takes one that the shell has given. @throws {CheckpointError} if it is broken. */
  take(found: PickedCheckpoint): Promise<PickedWeights>;
}

/** A checkpoint, and how a document is to name it. */
export interface PickedWeights {
  readonly reference: WeightsReference;
  readonly checkpoint: OpenCheckpoint;
}

export function createCheckpoints(platform: Pick<Platform, 'pickCheckpoint' | 'openCheckpoint'>): Checkpoints {
  /** By hash: the same bytes wherever they lie. */
  const opened = new Map<string, OpenCheckpoint>();
  /** Several ask while one file is hashed. */
  const opening = new Map<string, Promise<OpenCheckpoint | null>>();
  const take = async (found: CheckpointFile): Promise<OpenCheckpoint> => {
    const checkpoint = await readCheckpoint(found);
    opened.set(checkpoint.hash, checkpoint);
    return checkpoint;
  };
  return {
    open: async (file, { path, sha256 }, job) => {
      const known = opened.get(sha256);
      if (known) return known;
      const key = JSON.stringify([file?.id, path, sha256]);
      const asked = opening.get(key);
      if (asked) return asked;
      const answer = platform.openCheckpoint(file, path, sha256, job).then((found) => found && take(found));
      opening.set(key, answer);
      try {
        return await answer;
      } finally {
        opening.delete(key);
      }
    },
    pick: async (file, wanted, job) => {
      const picked = await platform.pickCheckpoint(file, wanted, job);
      if (!picked) return null;
      await take(picked);
      return { path: picked.path, sha256: picked.sha256 };
    },
    take: async (found) => {
      const checkpoint = await take(found);
      return { reference: { path: found.path, sha256: found.sha256 }, checkpoint };
    },
  };
}

async function readCheckpoint({ name, sha256, parts, ...source }: CheckpointFile): Promise<OpenCheckpoint> {
  const entries = new Map<string, SafetensorsEntry>();
  let at = 0;
  for (const part of parts ?? [{ name, byteLength: source.byteLength, holds: null }]) {
    const before = at;
    const read = (begin: number, end: number) => source.read(before + begin, before + end);
    const held = await readHeader(part.name, { byteLength: part.byteLength, read });
    const fault = part.holds && shardFault(part.holds, held.keys());
    if (fault !== null) throw new CheckpointError(`${part.name} is not the part that the index means: ${fault}`);
    for (const [tensor, entry] of held) {
      if (entries.has(tensor)) throw new CheckpointError(`${part.name} has the tensor "${excerpt(tensor)}" once more`);
      entries.set(tensor, { ...entry, begin: before + entry.begin, end: before + entry.end });
    }
    at += part.byteLength;
  }
  return { hash: sha256, name, entries, source, isOneFile: parts === undefined };
}

async function readHeader(name: string, source: ByteSource): Promise<ReadonlyMap<string, SafetensorsEntry>> {
  try {
    return (await readSafetensorsHeader(source)).entries;
  } catch (error) {
    if (error instanceof FormatError) throw new CheckpointError(`${name} is no checkpoint: ${error.message}`);
    throw error;
  }
}

/**
 * One weight as float32.
 * @throws {FormatError} where its element type cannot be read or a value is beyond float32; what the source throws.
 */
export function readWeight({ source, entries }: OpenCheckpoint, entry: string): Promise<Float32Array> {
  return readSafetensorAs(source, entries.get(entry)!, 'f32');
}

/** A checkpoint on its way to another thread, which reads it through the port; that goes with it. */
export interface SharedCheckpoint extends Omit<OpenCheckpoint, 'source'> {
  readonly byteLength: number;
  readonly port: MessagePort;
}

interface Question {
  readonly request: number;
  readonly begin: number;
  readonly end: number;
}

type Answer =
  | { readonly request: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly request: number; readonly failed: string };

/** Answers from this thread, as long as the other one asks. */
export function shareCheckpoint({ source, ...checkpoint }: OpenCheckpoint): SharedCheckpoint {
  const { port1: port, port2 } = new MessageChannel();
  const answer = async ({ request, begin, end }: Question): Promise<void> => {
    try {
      const bytes = await source.read(begin, end);
      port.postMessage({ request, bytes } satisfies Answer, [bytes.buffer]);
    } catch (error) {
      port.postMessage({ request, failed: messageOf(error) } satisfies Answer, []);
    }
  };
  port.addEventListener('message', ({ data }: MessageEvent<Question>) => void answer(data));
  port.start();
  return { ...checkpoint, byteLength: source.byteLength, port: port2 };
}

/** The other end of `shareCheckpoint`. */
export function receiveCheckpoint({ byteLength, port, ...checkpoint }: SharedCheckpoint): OpenCheckpoint {
  const requests = createRequests<Uint8Array<ArrayBuffer>>();
  port.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    if ('bytes' in data) requests.resolve(data.request, data.bytes);
    else requests.reject(data.request, new Error(data.failed));
  });
  port.start();
  const read = (begin: number, end: number) => {
    const { request, answer } = requests.open();
    port.postMessage({ request, begin, end } satisfies Question, []);
    return answer;
  };
  return { ...checkpoint, source: { byteLength, read } };
}
