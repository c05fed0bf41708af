/** Imports models in a worker of their own each, so that the page goes on, and one that is given up costs nothing more. */
import type { PatchbayDocument } from '../../graph/schema.ts';
import { ImportError } from '../../import/import-error.ts';
import type { DocumentJob } from '../documents/document-files.ts';
import { DocumentJoiner } from '../documents/document-parts.ts';
import type { FolderFacts, FromImport, OnnxFacts, ToImport } from './protocol.ts';

export type ImportedModel = { readonly document: PatchbayDocument } & (
  | ({ readonly kind: 'onnx' } & OnnxFacts)
  | ({ readonly kind: 'huggingface' } & FolderFacts)
);

export interface ModelImports {
  /** @throws {ImportError} where the files are no model that a graph can be. */
  read(request: ToImport, job: DocumentJob): Promise<ImportedModel>;
}

/** One worker's end of the conversation. */
export interface ImportThread {
  post(request: ToImport): void;
  listen(listener: (message: FromImport) => void): void;
  end(): void;
}

export function createModelImports(start: () => ImportThread = startWorker): ModelImports {
  return {
    read: async (request, { onProgress, signal }) => {
      const { promise, resolve, reject } = Promise.withResolvers<ImportedModel>();
      const joiner = new DocumentJoiner();
      const thread = start();
      const abort = (): void => reject(signal!.reason);
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort);
      thread.listen((message) => {
        switch (message.kind) {
          case 'progress':
            onProgress?.(message.progress);
            return;
          case 'part':
            joiner.add(message.part);
            return;
          case 'onnx':
          case 'huggingface':
            resolve({ ...message, document: joiner.document() });
            return;
          case 'refused':
            reject(new ImportError(message.message));
            return;
          case 'failed':
            reject(new Error(message.message));
            return;
          default:
            message satisfies never;
        }
      });
      thread.post(request);
      try {
        return await promise;
      } finally {
        signal?.removeEventListener('abort', abort);
        thread.end();
      }
    },
  };
}

function startWorker(): ImportThread {
  const worker = new Worker(new URL('./import.worker.ts', import.meta.url), { type: 'module', name: 'import' });
  return {
    post: (request) => worker.postMessage(request, []),
    listen: (listener) => {
      worker.addEventListener('message', ({ data }: MessageEvent<FromImport>) => listener(data));
      worker.addEventListener('error', ({ message }) => listener({ kind: 'failed', message }));
      worker.addEventListener('messageerror', () => listener({ kind: 'failed', message: 'a message was lost' }));
    },
    end: () => worker.terminate(),
  };
}
