/** The instance tree: the document with its modules unfolded, every parameter evaluated, and every wire resolved. */
import type { Problem } from './problems.ts';
import type { PortType, ResolvedParameter } from './signature.ts';

/** Instance path from the root, `blocks.0.attention.q_proj`; the root's is the empty string. */
export type InstancePath = string;

/** `${path}.${port}`: `blocks.0.attention.attention_weights`; for the root's own ports just the port. */
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

interface InstanceBase {
  readonly path: InstancePath;
  /** Absent for the root. */
  readonly place?: DefinitionPlace;
  readonly params: Readonly<Record<string, ResolvedParameter>>;
  /** The path under which its weights are found: its own, or the one it shares. */
  readonly weightPath: InstancePath;
}

/** A library node. Port nodes (`input`, `output`) are wiring, not leaves, except the main module's. */
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
  /** Per output port, the leaf output behind it. */
  readonly outputs: Readonly<Record<string, Source>>;
  /** Per connected input port, the leaf output that feeds it. */
  readonly inputs: Readonly<Record<string, Source>>;
}

/** A repeated instance: `layers[i].path` is `${path}.${i}`. Its outputs are the last layer's. */
export interface StackInstance extends InstanceBase {
  readonly kind: 'stack';
  readonly module: string;
  readonly copies: boolean;
  readonly layers: readonly ModuleInstance[];
  readonly outputs: Readonly<Record<string, Source>>;
  readonly inputs: Readonly<Record<string, Source>>;
}

export type Instance = LeafInstance | ModuleInstance | StackInstance;

export interface InstanceTree {
  readonly root: ModuleInstance;
  /** Every instance by path. */
  readonly byPath: ReadonlyMap<InstancePath, Instance>;
  /** Leaves in construction order: the order in which weights are drawn. */
  readonly construction: readonly LeafInstance[];
  /** Leaves in an order of execution: every leaf after what feeds it. Leaves on a cycle are left out. */
  readonly execution: readonly LeafInstance[];
  /** The main module's sizes by name, after presets and overrides. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly problems: readonly Problem[];
}

export interface Inference {
  /** Type of every port of every instance (leaf, module, stack), inputs and outputs, where known. */
  readonly ports: ReadonlyMap<PortPath, PortType>;
  /** Causes only: what merely follows from an error upstream is in `blocked`. */
  readonly problems: readonly Problem[];
  /** Instances without shapes because something upstream has a problem, with the index of that problem. */
  readonly blocked: ReadonlyMap<InstancePath, number>;
}

export function portPath(path: InstancePath, port: string): PortPath {
  return path === '' ? port : `${path}.${port}`;
}

export function childPath(path: InstancePath, name: string): InstancePath {
  return path === '' ? name : `${path}.${name}`;
}
