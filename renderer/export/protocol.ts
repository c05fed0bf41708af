/** What the page and the export worker say to each other. A worker serves one dialog, and is ended with it. */
import type { Problem } from '../../graph/problems.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { VerifyReport } from '../../export/verify/report.ts';
import type { DocumentFiles } from '../session/graph-source.ts';
import type { DeviceChoice } from '../stores/remembered-device.ts';
import type { HostAnswer, HostRequest } from './pytorch-link.ts';
import type { VerifyProgress } from './verifier.ts';

export interface ExportRequest extends DocumentFiles {
  readonly document: PatchbayDocument;
  /** What the graph is called. */
  readonly name: string;
  /** Name of an export target. */
  readonly target: string;
}

export type ToExport =
  /** Names the files, and reads those that are text. */
  | ({ readonly kind: 'describe' } & ExportRequest)
  /** Makes all of them, in one file. */
  | ({ readonly kind: 'write' } & ExportRequest)
  /** Runs it in its own engine and compares every value that it names with what this device computes. */
  | ({ readonly kind: 'verify'; readonly device: DeviceChoice } & ExportRequest)
  | HostAnswer;

export interface DescribedFile {
  readonly path: string;
  /** Null for numbers. */
  readonly text: string | null;
}

export type FromExport =
  | {
      readonly kind: 'described';
      readonly target: string;
      readonly files: readonly DescribedFile[];
      /** What the target leaves out: the rest is written all the same. */
      readonly warnings: readonly Problem[];
    }
  /** The target cannot express the graph: nothing is written. */
  | { readonly kind: 'refused'; readonly target: string; readonly problems: readonly Problem[] }
  | { readonly kind: 'progress'; readonly path: string; readonly bytes: number }
  | { readonly kind: 'written'; readonly bytes: Uint8Array<ArrayBuffer> }
  | ({ readonly kind: 'verifying' } & VerifyProgress)
  | { readonly kind: 'verified'; readonly report: VerifyReport }
  | HostRequest
  | { readonly kind: 'failed'; readonly message: string };
