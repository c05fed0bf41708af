/** The instance tree while it is built: instances whose wires and weights are still to be found, and the problems so far. */
import type { GraphCache } from './cache.ts';
import type { Scope } from './expressions.ts';
import type {
  DefinitionPlace,
  Feed,
  InstancePath,
  LeafInstance,
  ModuleInstance,
  Source,
  StackInstance,
} from './instance.ts';
import type { Problem } from './problems.ts';
import type { GraphModule, GraphNode, PatchbayDocument } from './schema.ts';
import type { NodeLibrary } from './signature.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Wires {
  inputs: Record<string, Source>;
  feeds: Record<string, Feed>;
}
interface OutputWires {
  outputs: Record<string, Source>;
  outputFeeds: Record<string, Feed>;
}

export type LeafDraft = Mutable<Omit<LeafInstance, keyof Wires>> & Wires;
export type ModuleDraft = Mutable<Omit<ModuleInstance, 'children' | keyof Wires | keyof OutputWires>> &
  Wires &
  OutputWires & { children: Draft[] };
export type StackDraft = Mutable<Omit<StackInstance, 'layers' | keyof Wires | keyof OutputWires>> &
  Wires &
  OutputWires & { layers: ModuleDraft[] };
export type Draft = LeafDraft | ModuleDraft | StackDraft;

/** What one elaboration carries along. */
export interface Building {
  readonly document: PatchbayDocument;
  readonly library: NodeLibrary;
  readonly cache: GraphCache;
  readonly modules: ReadonlyMap<string, GraphModule>;
  readonly byPath: Map<InstancePath, Draft>;
  readonly construction: LeafDraft[];
  /** `shares` as written, by the path of the instance that has it. */
  readonly shares: Map<InstancePath, string>;
  /** Instances that cannot have shapes, with the problem that is to blame. Covers what is inside them. */
  readonly faults: Map<InstancePath, number>;
  /** By module, ids of nodes that are not called; and the paths of their instances. */
  readonly idleNodes: ReadonlyMap<string, ReadonlySet<string>>;
  readonly idle: Set<InstancePath>;
  /** Nodes whose name another has before them, as `module/id`, with the problem that says so. */
  readonly namesakes: Map<string, number>;
  /** Requirements that do not hold, by what they say of which values: two instances given the same ones have one problem. */
  readonly unmet: Map<string, number>;
  readonly problems: ProblemList;
}

/** Problems in order of discovery; one that many layers have alike is kept once. */
export interface ProblemList {
  readonly all: Problem[];
  readonly known: Map<string, number>;
}

/** Adds a problem, or finds the equal one of another instance of the same definition. @returns its index. */
export function report(list: ProblemList, problem: Problem): number {
  const { module, nodeId, port, param } = problem.place;
  const key = JSON.stringify([problem.code, module, nodeId, port?.side, port?.name, param, problem.message]);
  const known = list.known.get(key);
  if (known !== undefined) return known;
  const index = list.all.push(problem) - 1;
  list.known.set(key, index);
  return index;
}

/** The problem of the instance itself or of what it is inside of. */
export function faultOf(building: Building, path: InstancePath): number | undefined {
  if (building.faults.size === 0) return undefined;
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const fault = building.faults.get(at);
    if (fault !== undefined || at === '') return fault;
  }
}

/** Where the instances of one module's nodes are being made. */
export interface Enclosing {
  readonly path: InstancePath;
  /** The name of the module. */
  readonly module: string;
  readonly scope: Scope;
  /** Names of the modules around, outermost first, this one last. */
  readonly chain: readonly string[];
  /** Something around is at fault already: what follows from that is not reported again. */
  readonly quiet: boolean;
}

/** Where in the document the node of an instance stands. */
export function placeOf({ module }: Enclosing, node: GraphNode): DefinitionPlace {
  return { module, nodeId: node.id };
}

/** Reports a problem at an instance that then has no shapes. */
export function fail(building: Building, enclosing: Enclosing, path: InstancePath, problem: Problem): void {
  if (enclosing.quiet) return;
  const index = report(building.problems, problem);
  if (problem.severity === 'error' && !building.faults.has(path)) building.faults.set(path, index);
}
