/**
 * What elaboration and inference keep from one document to the next: parsed texts, and what follows from a module's
 * definition alone. Only a matter of speed: with a new cache the results are the same.
 */
import { ExpressionError, parseExpression, type Expression } from './expression-syntax.ts';
import type { Value } from './expressions.ts';
import type { LeafTypes, PortTypes } from './infer-leaf.ts';
import { portPath, type Inference, type InstancePath, type InstanceTree, type PortPath } from './instance.ts';
import type { ModuleIndex } from './module-index.ts';
import { parsePattern, PatternError, type Pattern } from './patterns.ts';
import type { NodeParameter } from './parameters.ts';
import type { GraphModule, GraphNode, Hyperparameter, PatchbayDocument } from './schema.ts';
import type { NodeLibrary, NodeSignature, PortType, ResolvedParameter } from './signature.ts';

export interface GraphCache {
  readonly expressions: Map<string, Expression | ExpressionError>;
  readonly patterns: Map<string, Pattern | PatternError>;
  readonly modules: WeakMap<GraphModule, CachedIndex>;
  /** Hyperparameters as parameters of instances. */
  readonly rules: WeakMap<readonly Hyperparameter[], readonly NodeParameter[]>;
  /** Parameters of nodes that were without fault, as they were last evaluated. */
  readonly params: WeakMap<GraphNode, CachedParams>;
  /** Port paths by path and port: as keys of maps, texts that were used before are found at once. */
  readonly portPaths: Map<InstancePath, Map<string, PortPath>>;
  /** The main module's values, to be the same map as long as they are equal: scopes are compared by identity. */
  names: ReadonlyMap<string, Value>;
  /** Types of the last inference: of leaves without fault, and of what entered modules. */
  leaves: Map<InstancePath, CachedTypes>;
  entered: Map<string, PortType>;
  /** The last analysis of a document by itself, without overrides and with nothing bound. */
  last: CachedAnalysis | undefined;
}

export interface CachedAnalysis {
  readonly document: PatchbayDocument;
  readonly library: NodeLibrary;
  readonly tree: InstanceTree;
  readonly inference: Inference;
}

export interface CachedParams {
  readonly rules: readonly unknown[];
  readonly names: ReadonlyMap<string, Value>;
  readonly params: Readonly<Record<string, ResolvedParameter>>;
  readonly values: ReadonlyMap<string, Value>;
}

/** What a leaf's types were made from, beside the types. */
export interface CachedTypes {
  readonly signature: NodeSignature | undefined;
  readonly params: Readonly<Record<string, ResolvedParameter>>;
  readonly came: PortTypes;
  readonly types: LeafTypes;
}

export interface CachedIndex {
  readonly index: ModuleIndex;
  /** What the index was made from, beside the module: it is stale once one of these differs. */
  readonly library: NodeLibrary;
  readonly callees: ReadonlyMap<string, GraphModule | undefined>;
}

/** Parsed texts beyond this many are forgotten, all at once: typing makes many that never come back. */
const MAX_TEXTS = 10_000;

export function createCache(): GraphCache {
  return {
    expressions: new Map(),
    patterns: new Map(),
    modules: new WeakMap(),
    rules: new WeakMap(),
    portPaths: new Map(),
    params: new WeakMap(),
    names: new Map(),
    leaves: new Map(),
    entered: new Map(),
    last: undefined,
  };
}

/** More instances than this are of documents that are not open any more. */
const MAX_PATHS = 50_000;

export function cachedPortPath(cache: GraphCache, path: InstancePath, port: string): PortPath {
  let ports = cache.portPaths.get(path);
  if (!ports) {
    if (cache.portPaths.size >= MAX_PATHS) cache.portPaths.clear();
    cache.portPaths.set(path, (ports = new Map()));
  }
  let known = ports.get(port);
  if (known === undefined) ports.set(port, (known = portPath(path, port)));
  return known;
}

/** @throws {ExpressionError} as `parseExpression`. */
export function cachedExpression(cache: GraphCache, text: string): Expression {
  return cached(cache.expressions, text, parseExpression, ExpressionError);
}

/** @throws {PatternError} as `parsePattern`. */
export function cachedPattern(cache: GraphCache, text: string): Pattern {
  return cached(cache.patterns, text, parsePattern, PatternError);
}

function cached<T extends object, E extends Error>(
  kept: Map<string, T | E>,
  text: string,
  parse: (text: string) => T,
  errorClass: abstract new (...values: never[]) => E,
): T {
  let result = kept.get(text);
  if (result === undefined) {
    result = attempt(text, parse, errorClass);
    if (kept.size >= MAX_TEXTS) kept.clear();
    kept.set(text, result);
  }
  if (result instanceof errorClass) throw result;
  return result as T;
}

function attempt<T, E extends Error>(
  text: string,
  parse: (text: string) => T,
  errorClass: abstract new (...values: never[]) => E,
): T | E {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof errorClass) return error;
    throw error;
  }
}
