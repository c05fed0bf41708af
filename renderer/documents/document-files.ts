/**
 * Reads and writes documents: small ones at once, large ones in a worker, so that the page goes on meanwhile.
 */
import { DocumentError, formatDocument, parseDocument, type ParsedFile } from '../../graph/file.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { DocumentJoiner, partsOf } from './document-parts.ts';
import { nextTask } from './next-task.ts';
import type { FromDocumentWorker, ToDocumentWorker } from './protocol.ts';
import { jobThread, runJob, type Job, type JobThread } from './worker-job.ts';

export interface DocumentFiles {
  /**
   * @param bytes of a file, which may be gone afterwards: those of a large one are handed to the worker.
   * @throws {DocumentError} as `parseDocument`.
   */
  parse(bytes: Uint8Array<ArrayBuffer>, job?: Job): Promise<ParsedFile>;
  format(document: PatchbayDocument, job?: Job): Promise<Uint8Array<ArrayBuffer>>;
}

export type DocumentThread = JobThread<ToDocumentWorker, FromDocumentWorker>;

/** Larger files take longer than a frame: some 15 MB a second where the machine is slow. */
const LARGE_BYTES = 200_000;
/** About what a node and its wires take in a file. */
const NODE_BYTES = 200;

export function createDocumentFiles(start: () => DocumentThread = startWorker): DocumentFiles {
  return {
    parse: async (bytes, job = {}) => {
      if (bytes.length < LARGE_BYTES) return parseDocument(bytes);
      const joiner = new DocumentJoiner();
      return runJob(start(), job, {
        begin: (thread) => thread.post({ kind: 'parse', bytes }, [bytes.buffer]),
        receive: (message): ParsedFile | undefined => {
          if (message.kind === 'refused') throw new DocumentError(message.reason, message.place);
          if (message.kind === 'part') joiner.add(message.part);
          if (message.kind !== 'parsed') return undefined;
          const { readOnly, problems } = message;
          return { document: joiner.document(), readOnly, problems };
        },
      });
    },
    format: async (document, job = {}) => {
      if (sizeOf(document) < LARGE_BYTES) return new TextEncoder().encode(formatDocument(document));
      return runJob(start(), job, {
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
        receive: (message) => {
          if (message.kind === 'refused') throw new DocumentError(message.reason, message.place);
          return message.kind === 'formatted' ? message.bytes : undefined;
        },
      });
    },
  };
}

/** About how many bytes the document is written in; no text is made for it. */
export function sizeOf({ assets, modules }: PatchbayDocument): number {
  const pictures = assets.reduce((sum, { data = '' }) => sum + data.length, 0);
  return modules.reduce((sum, { nodes }) => sum + nodes.length * NODE_BYTES, pictures);
}

function startWorker(): DocumentThread {
  return jobThread(new Worker(new URL('./document.worker.ts', import.meta.url), { type: 'module', name: 'document' }));
}
