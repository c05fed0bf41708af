/**
 * Reads and writes documents: small ones at once, large ones in a worker, so that the page goes on meanwhile. A job has
 * a worker of its own, which ends with it: a job that is given up costs nothing more.
 */
import { DocumentError, formatDocument, parseDocument, type ParsedFile } from '../../graph/file.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { DocumentJoiner, partsOf } from './document-parts.ts';
import { nextTask } from './next-task.ts';
import type { FromDocumentWorker, ToDocumentWorker } from './protocol.ts';

export interface DocumentJob {
  /** How much is done, from 0 to 1. */
  readonly onProgress?: (progress: number) => void;
  /** Gives the job up: it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface DocumentFiles {
  /**
   * @param bytes of a file, which may be gone afterwards: those of a large one are handed to the worker.
   * @throws {DocumentError} as `parseDocument`.
   */
  parse(bytes: Uint8Array<ArrayBuffer>, job?: DocumentJob): Promise<ParsedFile>;
  format(document: PatchbayDocument, job?: DocumentJob): Promise<Uint8Array<ArrayBuffer>>;
}

/** One worker's end of the conversation. */
export interface DocumentThread {
  post(message: ToDocumentWorker, transfer?: readonly Transferable[]): void;
  listen(listener: (message: FromDocumentWorker) => void): void;
  end(): void;
}

/** Larger files take longer than a frame: some 15 MB a second where the machine is slow. */
const LARGE_BYTES = 200_000;
/** About what a node and its wires take in a file. */
const NODE_BYTES = 200;

export function createDocumentFiles(start: () => DocumentThread = startWorker): DocumentFiles {
  return {
    parse: async (bytes, job = {}) => {
      if (bytes.length < LARGE_BYTES) return parseDocument(bytes);
      const joiner = new DocumentJoiner();
      return run<ParsedFile>(start(), job, {
        begin: async (thread) => thread.post({ kind: 'parse', bytes }, [bytes.buffer]),
        receive: (message) => {
          if (message.kind === 'part') joiner.add(message.part);
          if (message.kind !== 'parsed') return undefined;
          const { readOnly, problems } = message;
          return { document: joiner.document(), readOnly, problems };
        },
      });
    },
    format: async (document, job = {}) => {
      if (sizeOf(document) < LARGE_BYTES) return new TextEncoder().encode(formatDocument(document));
      return run<Uint8Array<ArrayBuffer>>(start(), job, {
        begin: async (thread) => {
          const parts = [...partsOf(document)];
          for (const [index, part] of parts.entries()) {
            if (job.signal?.aborted) return;
            thread.post({ kind: 'part', part });
            job.onProgress?.(index / parts.length);
            await nextTask();
          }
          thread.post({ kind: 'format' });
        },
        receive: (message) => (message.kind === 'formatted' ? message.bytes : undefined),
      });
    },
  };
}

interface Exchange<T> {
  readonly begin: (thread: DocumentThread) => Promise<void>;
  /** @returns the result, once it is there. */
  readonly receive: (message: FromDocumentWorker) => T | undefined;
}

function run<T>(thread: DocumentThread, { onProgress, signal }: DocumentJob, exchange: Exchange<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = (): void => reject(signal!.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  thread.listen((message) => {
    switch (message.kind) {
      case 'progress':
        onProgress?.(message.progress);
        return;
      case 'refused':
        reject(new DocumentError(message.reason, message.place));
        return;
      case 'failed':
        reject(new Error(message.message));
        return;
      case 'part':
      case 'parsed':
      case 'formatted': {
        const result = exchange.receive(message);
        if (result !== undefined) resolve(result);
        return;
      }
      default:
        message satisfies never;
    }
  });
  exchange.begin(thread).catch(reject);
  return promise.finally(() => {
    signal?.removeEventListener('abort', abort);
    thread.end();
  });
}

/** About how many bytes the document is written in; no text is made for it. */
export function sizeOf({ assets, modules }: PatchbayDocument): number {
  const pictures = assets.reduce((sum, { data = '' }) => sum + data.length, 0);
  return modules.reduce((sum, { nodes }) => sum + nodes.length * NODE_BYTES, pictures);
}

function startWorker(): DocumentThread {
  const worker = new Worker(new URL('./document.worker.ts', import.meta.url), { type: 'module', name: 'document' });
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    listen: (listener) => {
      worker.addEventListener('message', ({ data }: MessageEvent<FromDocumentWorker>) => listener(data));
      worker.addEventListener('error', ({ message }) => listener({ kind: 'failed', message }));
      worker.addEventListener('messageerror', () => listener({ kind: 'failed', message: 'a message was lost' }));
    },
    end: () => worker.terminate(),
  };
}
