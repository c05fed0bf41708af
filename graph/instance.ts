/** The instance tree: the document with its modules unfolded, every parameter evaluated, and every wire resolved. */
import type { ModuleInput } from './ports.ts';
import type { Problem } from './problems.ts';
import type { PortType, ResolvedParameter } from './signature.ts';

/** Instance path from the root, `blocks.0.attention.q_proj`; the root's is the empty string. */
export type InstancePath = string;

/**
 * `${path}.${port}`: `blocks.0.attention.attention_weights`; for the root's own ports just the port. An input and an
 * output of one module may share a name (what a stack carries), so a port path means nothing without its side.
 */
export type PortPath = string;

/** Where in the document an instance is written. */
export interface DefinitionPlace {
  readonly module: string;
  readonly nodeId: string;
}

/** An output of a leaf. */
export interface Source {
  readonly path: InstancePath;
  readonly port: string;
}

/**
 * The port that is next upstream inside the same module: a sibling's output, or an input of the enclosing module.
 * In a stack: of the layer before, or of the stack itself.
 */
export interface Feed {
  readonly side: 'input' | 'output';
  readonly path: InstancePath;
  readonly port: string;
}

interface InstanceBase {
  readonly path: InstancePath;
  /** Absent for the root. */
  readonly place?: DefinitionPlace;
  readonly params: Readonly<Record<string, ResolvedParameter>>;
  /** The path under which its weights are found: its own, or the one it shares. */
  readonly weightPath: InstancePath;
  /** Per wired input port, the port next upstream. */
  readonly feeds: Readonly<Record<string, Feed>>;
}

/** A library node. Port nodes (`input`, `output`) are wiring, not leaves; only the main module's inputs are leaves. */
export interface LeafInstance extends InstanceBase {
  readonly kind: 'leaf';
  readonly type: string;
  /** Per connected input port, the leaf output that feeds it, through all module borders. */
  readonly inputs: Readonly<Record<string, Source>>;
}

export interface ModuleInstance extends InstanceBase {
  readonly kind: 'module';
  readonly module: string;
  /** In construction order. */
  readonly children: readonly Instance[];
  /** Per output port, in the order of the module's `output` nodes, the leaf output behind it. */
  readonly outputs: Readonly<Record<string, Source>>;
  /** Per wired output port, the port inside that feeds it. */
  readonly outputFeeds: Readonly<Record<string, Feed>>;
  /** Per connected input port, the leaf output that feeds it. */
  readonly inputs: Readonly<Record<string, Source>>;
  /** What its `input` nodes declare; the root has none, its inputs are leaves. */
  readonly declared: readonly ModuleInput[];
}

/** A repeated instance: `layers[i].path` is `${path}.${i}`. Its outputs are the last layer's. */
export interface StackInstance extends InstanceBase {
  readonly kind: 'stack';
  readonly module: string;
  readonly copies: boolean;
  readonly layers: readonly ModuleInstance[];
  readonly outputs: Readonly<Record<string, Source>>;
  readonly outputFeeds: Readonly<Record<string, Feed>>;
  readonly inputs: Readonly<Record<string, Source>>;
}

export type Instance = LeafInstance | ModuleInstance | StackInstance;

export interface InstanceTree {
  readonly root: ModuleInstance;
  /** What the main module's `input` nodes declare, by path of their leaf. */
  readonly rootInputs: ReadonlyMap<InstancePath, ModuleInput>;
  /** Every instance by path. */
  readonly byPath: ReadonlyMap<InstancePath, Instance>;
  /** Leaves in construction order: the order in which weights are drawn. */
  readonly construction: readonly LeafInstance[];
  /**
   * Leaves in an order of execution: every leaf after what feeds it. Leaves on a cycle, or fed by one, are left out, and so
   * are those that are not called.
   */
  readonly execution: readonly LeafInstance[];
  /** Leaves that cannot have shapes because of a problem of the tree, with the index of that problem. */
  readonly blocked: ReadonlyMap<InstancePath, number>;
  /** Nodes that are not called (graph/modes.ts), by path of their instances; what is inside them is not listed. */
  readonly idle: ReadonlySet<InstancePath>;
  /** The main module's sizes by name, after presets and overrides. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly problems: readonly Problem[];
}

export interface Inference {
  /** Types of input ports of leaves, modules and stacks, where known. */
  readonly inputs: ReadonlyMap<PortPath, PortType>;
  /** Types of output ports of leaves, modules and stacks, and of the root's outputs, where known. */
  readonly outputs: ReadonlyMap<PortPath, PortType>;
  /** Problems of shapes, beside those of the tree. Causes only: what merely follows from one is in `blocked`. */
  readonly problems: readonly Problem[];
  /** Instances without shapes because of a problem, with its index in `allProblems(tree, inference)`. */
  readonly blocked: ReadonlyMap<InstancePath, number>;
}

/** Every cause: the tree's problems, then the shapes'. */
export function allProblems(tree: InstanceTree, inference: Inference): readonly Problem[] {
  return [...tree.problems, ...inference.problems];
}

export function portPath(path: InstancePath, port: string): PortPath {
  return path === '' ? port : `${path}.${port}`;
}

export function childPath(path: InstancePath, name: string): InstancePath {
  return path === '' ? name : `${path}.${name}`;
}

/** Whether an instance, or one that it is inside of, is not called. */
export function isIdle(idle: ReadonlySet<InstancePath>, path: InstancePath): boolean {
  if (idle.size === 0) return false;
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1))
    if (idle.has(path.slice(0, end))) return true;
  return false;
}
