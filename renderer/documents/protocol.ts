/** What the page and the document worker tell each other. A worker does one job. */
import type { ParsedFile } from '../../graph/file.ts';
import type { DocumentPart } from './document-parts.ts';
import type { FromAnyJob } from './worker-job.ts';

export type ToDocumentWorker =
  | { readonly kind: 'parse'; readonly bytes: Uint8Array }
  /** Of the document that is to be written. */
  | { readonly kind: 'part'; readonly part: DocumentPart }
  | { readonly kind: 'format' };

export type FromDocumentWorker =
  | FromAnyJob
  /** Of the document that was read. */
  | { readonly kind: 'part'; readonly part: DocumentPart }
  | ({ readonly kind: 'parsed' } & Omit<ParsedFile, 'document'>)
  /** The file is no document: a `DocumentError`. */
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly place: { readonly line?: number; readonly column?: number; readonly path?: string };
    }
  | { readonly kind: 'formatted'; readonly bytes: Uint8Array<ArrayBuffer> };
