/** What an export target is: one record that turns a graph into files, in memory, and says before that what it cannot. */
import type { Inference, InstanceTree } from '../graph/instance.ts';
import type { Problem } from '../graph/problems.ts';
import type { PatchbayDocument } from '../graph/schema.ts';
import type { SourcePlan } from '../nodes/sources.ts';
import type { WeightPlan } from '../nodes/weights.ts';

/** Words of 32 bits: f32, i32, or bool as 0 and 1. */
export type LeafWords = Float32Array | Int32Array | Uint32Array;

/** A graph without errors, elaborated, and where its numbers come from. */
export interface ExportSource {
  /** What the graph is called: `vit`, or the file's name without its ending. Any text; no file is named by it. */
  readonly name: string;
  readonly document: PatchbayDocument;
  readonly tree: InstanceTree;
  readonly inference: Inference;
  readonly weights: WeightPlan;
  /** A source may have a problem, no picture or no text that fits: a target that needs shapes only does not mind. */
  readonly sources: SourcePlan;
  /** The values of an input (by the source's path) or a weight (by its `state_dict` path), drawn or read at this call. */
  readonly leaf: (kind: 'input' | 'weight', name: string) => Promise<LeafWords>;
}

/** A file to be written. */
export interface ExportedFile {
  /** Below the folder: plain names, separated by slashes. */
  readonly path: string;
  /** Its bytes, one piece after the other; large ones are made as they are asked for. */
  readonly pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export interface ExportTarget {
  /** As `--to` has it. */
  readonly name: string;
  readonly title: string;
  /** One sentence: what is written. */
  readonly summary: string;
  /** What this target cannot express, each with its node; nothing is written while there is an error among them. */
  readonly problems: (source: ExportSource) => readonly Problem[];
  /** The files, the one to open first at the front. Called only where `problems` found no error. */
  readonly files: (source: ExportSource) => Promise<readonly ExportedFile[]>;
}

/** A text file in UTF-8. */
export function textFile(path: string, text: string): ExportedFile {
  return { path, pieces: [new TextEncoder().encode(text)] };
}
