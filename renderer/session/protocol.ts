/**
 * What the three threads say to each other. Main asks the compile worker for a program and the GPU worker for runs,
 * previews and tensors; plans and the bytes of leaves go from the compile worker to the GPU worker directly.
 */
import type { Ceilings } from '../../gpu/ceilings.ts';
import type { FloatStorage } from '../../gpu/ir/storage.ts';
import type { Profile } from '../../gpu/profile.ts';
import type { Tuning } from '../../gpu/plan.ts';
import type { DeviceInfo, DeviceLimits, Preview, PreviewSpec, RunReport } from '../../gpu/runtime/types.ts';

import type { InstancePath, PortPath } from '../../graph/instance.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { TokenRows } from '../../nodes/generation/generate-tokens.ts';
import type { DeviceChoice, DeviceVerdict } from '../stores/remembered-device.ts';
import type { MemoryUse } from '../stores/run.ts';
import type { SharedCheckpoint } from './checkpoints.ts';
import type { DocumentPart } from '../documents/document-parts.ts';
import type { LeafName, Program } from './device.ts';
import type { PassedDocument } from './document-link.ts';
import type { TensorData } from './session-api.ts';

/** Numbers one compilation; rises. A program that is older than the last one asked for is nobody's any more. */
export type ProgramId = number;
/** Numbers one run; rises. */
export type RunId = number;
/** Numbers one question that gets one answer. */
export type RequestId = number;

/** What is compiled for. */
export type Target =
  | {
      readonly kind: 'gpu';
      readonly limits: DeviceLimits;
      readonly tuning: Tuning;
      readonly shaderF16?: boolean;
      /** As the person chose; the device has no say. */
      readonly storage?: FloatStorage;
    }
  /** The graph itself: what computes on the CPU takes it as it is. */
  | { readonly kind: 'graph' };

export type ToCompiler =
  | { readonly kind: 'connect'; readonly gpu: MessagePort }
  /** A checkpoint that a document names; kept by its hash. */
  | { readonly kind: 'checkpoint'; readonly checkpoint: SharedCheckpoint }
  /** A picture that the document names by path; kept by its hash. */
  | { readonly kind: 'picture'; readonly sha256: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | {
      readonly kind: 'compile';
      readonly program: ProgramId;
      readonly document: PatchbayDocument;
      readonly taps: readonly PortPath[];
      /** Ids of pictures that are not there: what needs them is left out. */
      readonly missing: ReadonlySet<string>;
      readonly target: Target;
      /** Ids in the place of a source's own: then the last position of the first tap is all that is wanted. */
      readonly grown?: GrownSource;
    }
  /** This document may be opened soon: what its programs share may be made ready. */
  | { readonly kind: 'warm'; readonly document: PatchbayDocument; readonly target: Target };

type Compile = Extract<ToCompiler, { kind: 'compile' }>;

/** The same as it passes between the threads. */
export type PassedToCompiler =
  /** Of the document that comes with the next compilation. */
  | { readonly kind: 'part'; readonly part: DocumentPart }
  | Exclude<ToCompiler, Compile>
  | (Omit<Compile, 'document'> & { readonly document: PassedDocument });

/** A source of token ids that has become longer. */
export interface GrownSource {
  readonly source: InstancePath;
  readonly rows: TokenRows;
  /** From the ids alone: what the step before has left on the device may be gone. */
  readonly fresh?: true;
}

/**
 * What the last position of a port's value [batch, length, …], computed for ids that have grown, is called: [batch, 1, …].
 * It is not the port's own value, which its card goes on to show.
 */
export function lastPositionOf(port: PortPath): PortPath {
  return `${port} at the last position`;
}

export type FromCompiler =
  | { readonly kind: 'compiled'; readonly program: ProgramId; readonly summary: ProgramSummary }
  | { readonly kind: 'compile-failed'; readonly program: ProgramId; readonly message: string };

/** What the session has to know of a program without holding it. */
export interface ProgramSummary {
  /** False if there is nothing to compute: every output waits for a problem, or there is none. */
  readonly runnable: boolean;
  /** Values that the program gives, by port path. */
  readonly ports: readonly PortPath[];
  /** Ports that were asked for and have no value: they wait for a problem, a picture or weights. */
  readonly lacking: readonly PortPath[];
}

export type ToGpu =
  | {
      readonly kind: 'start';
      readonly compiler: MessagePort;
      readonly choice: DeviceChoice;
      /** What was measured in former sessions. */
      readonly tuning: Tuning | null;
      readonly verdict: DeviceVerdict | null;
    }
  /** Another compile worker has taken the place of the one before. */
  | { readonly kind: 'connect'; readonly compiler: MessagePort }
  /** Another device takes the place of the one that computes; it is told by `device`. */
  | { readonly kind: 'choose'; readonly choice: DeviceChoice }
  | { readonly kind: 'run'; readonly run: RunId; readonly program: ProgramId; readonly profile?: ProfileRequest }
  /** How long a run of this program would take, by what is kept and the measured rate. */
  | { readonly kind: 'predict'; readonly request: RequestId; readonly program: ProgramId }
  | { readonly kind: 'cancel' }
  /** What was computed is not to be shown any more: it is another document's. */
  | { readonly kind: 'forget' }
  | { readonly kind: 'watch'; readonly watch: WatchId; readonly port: PortPath; readonly spec: PreviewSpec }
  | { readonly kind: 'unwatch'; readonly watch: WatchId }
  | { readonly kind: 'read'; readonly request: RequestId; readonly port: PortPath; readonly index: readonly number[] }
  | {
      readonly kind: 'read-element';
      readonly request: RequestId;
      readonly port: PortPath;
      readonly index: readonly number[];
    };

/** All is to be run, and it is to be said where the time goes. */
export interface ProfileRequest {
  /** What was measured in former sessions. */
  readonly ceilings: Ceilings | null;
}

/** Numbers one watch of one port with one spec. */
export type WatchId = number;

export type FromGpu =
  | { readonly kind: 'device'; readonly info: DeviceInfo; readonly target: Target; readonly notice: string | null }
  /** Kernels were measured; programs compiled for this target from now on are faster. */
  | { readonly kind: 'tuned'; readonly target: Target }
  /** A software adapter was measured beside the CPU; where the choice is automatic, the faster takes over. */
  | { readonly kind: 'compared'; readonly verdict: DeviceVerdict }
  | { readonly kind: 'device-lost'; readonly message: string }
  /** The GPU was lost in this run, and does not come back: another device takes its place; it is told by `device`. */
  | { readonly kind: 'device-gone'; readonly run: RunId }
  | { readonly kind: 'progress'; readonly run: RunId; readonly stage: RunStage }
  | {
      readonly kind: 'finished';
      readonly run: RunId;
      readonly report: RunReport;
      readonly memory: MemoryUse;
      /** Of a run that was asked for one. */
      readonly profile?: Profile;
    }
  /** Every watched preview of the run was sent. */
  | { readonly kind: 'shown'; readonly run: RunId }
  | { readonly kind: 'cancelled'; readonly run: RunId }
  | { readonly kind: 'run-failed'; readonly run: RunId; readonly message: string }
  | { readonly kind: 'prediction'; readonly request: RequestId; readonly seconds: number | null }
  | { readonly kind: 'preview'; readonly watch: WatchId; readonly preview: Preview }
  | { readonly kind: 'preview-failed'; readonly watch: WatchId; readonly message: string }
  | { readonly kind: 'tensor'; readonly request: RequestId; readonly tensor: TensorData }
  | { readonly kind: 'element'; readonly request: RequestId; readonly value: number }
  | { readonly kind: 'no-value'; readonly request: RequestId };

export type RunStage =
  | { readonly kind: 'uploading'; readonly bytes: number; readonly total: number }
  | { readonly kind: 'running'; readonly done: number; readonly total: number };

export type CompilerToGpu =
  | { readonly kind: 'program'; readonly id: ProgramId; readonly program: Program }
  | { readonly kind: 'warm'; readonly program: Program }
  | { readonly kind: 'bytes'; readonly request: RequestId; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'bytes-failed'; readonly request: RequestId; readonly message: string };

export type GpuToCompiler = {
  readonly kind: 'leaf';
  readonly request: RequestId;
  readonly program: ProgramId;
  readonly leaf: LeafName;
};
