/** Imports models in a worker of their own each, so that the page goes on, and one that is given up costs nothing more. */
import type { PatchbayDocument } from '../../graph/schema.ts';
import { ImportError } from '../../import/import-error.ts';
import { DocumentJoiner } from '../documents/document-parts.ts';
import { jobThread, runJob, type Job, type JobThread } from '../documents/worker-job.ts';
import type { FolderFacts, FromImport, OnnxFacts, ToImport } from './protocol.ts';

export type ImportedModel = { readonly document: PatchbayDocument } & (
  | ({ readonly kind: 'onnx' } & OnnxFacts)
  | ({ readonly kind: 'huggingface' } & FolderFacts)
);

export interface ModelImports {
  /** @throws {ImportError} where the files are no model that a graph can be. */
  read(request: ToImport, job: Job): Promise<ImportedModel>;
}

export type ImportThread = JobThread<ToImport, FromImport>;

export function createModelImports(start: () => ImportThread = startWorker): ModelImports {
  return {
    read: async (request, job) => {
      const joiner = new DocumentJoiner();
      return runJob(start(), job, {
        begin: (thread) => thread.post(request),
        receive: (message): ImportedModel | undefined => {
          switch (message.kind) {
            case 'part':
              joiner.add(message.part);
              return undefined;
            case 'onnx':
            case 'huggingface':
              return { ...message, document: joiner.document() };
            case 'refused':
              throw new ImportError(message.message);
            default:
              return message satisfies never;
          }
        },
      });
    },
  };
}

function startWorker(): ImportThread {
  return jobThread(new Worker(new URL('./import.worker.ts', import.meta.url), { type: 'module', name: 'import' }));
}
