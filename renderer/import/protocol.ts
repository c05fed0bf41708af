/** What the page and the import worker tell each other. A worker does one import. */
import type { ImportReport } from '../../import/report.ts';
import type { DocumentPart } from '../documents/document-parts.ts';
import type { ModelFile } from '../platform/platform.ts';
import type { FromAnyJob } from '../documents/worker-job.ts';

export type ToImport =
  | {
      readonly kind: 'onnx';
      /** Path of the .onnx file among the files. */
      readonly model: string;
      readonly files: readonly ModelFile[];
      /** Sizes that come with the data, by their names. */
      readonly sizes: ReadonlyMap<string, number>;
    }
  | {
      readonly kind: 'huggingface';
      /** Of the folder. */
      readonly name: string;
      readonly files: readonly ModelFile[];
    };

export interface OnnxFacts {
  readonly report: ImportReport;
  readonly openSizes: readonly string[];
  /** SHA-256 of the file of the weights, which the application keeps from now on; null where the model has none. */
  readonly weights: string | null;
}

export interface FolderFacts {
  readonly report: ImportReport;
  /** Path of the file of the weights, or of the index of several. */
  readonly weights: string;
  /** Rules for the names in it. */
  readonly rename: readonly string[];
}

export type FromImport =
  | FromAnyJob
  /** Of the document. */
  | { readonly kind: 'part'; readonly part: DocumentPart }
  | ({ readonly kind: 'onnx' } & OnnxFacts)
  | ({ readonly kind: 'huggingface' } & FolderFacts)
  /** The files are no model that a graph can be. */
  | { readonly kind: 'refused'; readonly message: string };
