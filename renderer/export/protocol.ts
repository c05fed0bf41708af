/** What the page and the export worker say to each other. A worker serves one dialog, and is ended with it. */
import type { Problem } from '../../graph/problems.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { Comparison } from '../../export/verify/compare.ts';
import type { DeviceChoice } from '../stores/remembered-device.ts';

/** Bytes of pictures and the like that the document names by path, by their hash. */
export type AssetFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

export interface ExportRequest {
  readonly document: PatchbayDocument;
  /** What the graph is called. */
  readonly name: string;
  /** Name of an export target. */
  readonly target: string;
  readonly files: AssetFiles;
}

export type ToExport =
  /** Names the files, and reads those that are text. */
  | ({ readonly kind: 'describe' } & ExportRequest)
  /** Makes all of them, in one file. */
  | ({ readonly kind: 'write' } & ExportRequest)
  /** Runs it in its own engine and compares every value that it names with what this device computes. */
  | ({ readonly kind: 'verify'; readonly device: DeviceChoice } & ExportRequest);

export interface DescribedFile {
  readonly path: string;
  /** Null for numbers. */
  readonly text: string | null;
}

/** What one draw of inputs gave; values in the order in which the graph computes them. */
export interface VerifyRound {
  readonly seed: number;
  readonly values: readonly Comparison[];
}

export interface VerifyReport {
  /** What ran the export, and what it was compared with. */
  readonly engine: string;
  readonly device: string;
  readonly rounds: readonly VerifyRound[];
}

export type FromExport =
  | { readonly kind: 'described'; readonly target: string; readonly files: readonly DescribedFile[] }
  /** The target cannot express the graph: nothing is written. */
  | { readonly kind: 'refused'; readonly target: string; readonly problems: readonly Problem[] }
  | { readonly kind: 'progress'; readonly path: string; readonly bytes: number }
  | { readonly kind: 'written'; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }
  /** So many draws of inputs are compared. */
  | { readonly kind: 'verifying'; readonly done: number; readonly total: number }
  | { readonly kind: 'verified'; readonly report: VerifyReport }
  | { readonly kind: 'failed'; readonly message: string };
