/**
 * What the document side needs to know of a node type: its ports, parameters and shape rules. The node library
 * (nodes/) gives records that satisfy this; graph/ never imports them.
 */
import type { Value } from './expressions.ts';
import type { Dimension, Problem } from './problems.ts';

/** What flows along a wire; decides its colour and whether two ports fit. */
export type Flow = 'image' | 'tensor' | 'tokens' | 'attention' | 'mask' | 'loss';

export type PortDType = 'f32' | 'i32' | 'bool';

/** What a port carries: named sizes, element type, and what it means. */
export interface PortType {
  readonly dims: readonly Dimension[];
  readonly dtype: PortDType;
  readonly flow: Flow;
}

export interface InputPort {
  readonly name: string;
  readonly help: string;
  /**
   * Shape pattern (graph/patterns.ts): `batch patches embed_dim`, `... in_features`, `...` for anything. A name is
   * the parameter of that name, or else a size that is the same wherever the name stands in the node's inputs.
   */
  readonly shape: string;
  /** Element types accepted; absent: f32 only. */
  readonly dtypes?: readonly PortDType[];
  readonly optional?: boolean;
}

export interface OutputPort {
  readonly name: string;
  readonly help: string;
  /**
   * Shape pattern over names bound by the inputs, parameters and parenthesised expressions, which may have a name:
   * `batch patches=(height // patch_size)`; `...` is what the first `...` of the inputs matched. Absent where `infer`
   * computes it.
   */
  readonly shape?: string;
  /** Absent: as the first connected input, or f32. */
  readonly dtype?: PortDType;
  /** Absent: as the first connected input, or `tensor`. */
  readonly flow?: Flow;
}

export type Scalar = number | string | boolean;

export interface ParameterDefinition {
  readonly name: string;
  /** `dims`: comma-separated sizes, each an expression that may name an input's size (`input.shape[0]`), `-1`, or `label=expression`. `text`: several lines. `asset`: the id of a file in the document. */
  readonly type: 'int' | 'float' | 'bool' | 'string' | 'choice' | 'dims' | 'images' | 'text' | 'asset';
  readonly default: Scalar;
  readonly help: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly choices?: readonly string[];
  /** Why it cannot follow a hyperparameter, as a sentence; absent: it can. */
  readonly fixed?: string;
  /** Its value names a node beside this one: the two stay in one module. */
  readonly namesNode?: true;
  /** A step for scrubbing; absent: 1 for int, a hundredth of the range for float. */
  readonly step?: number;
}

/** One item of a `dims` parameter. */
export interface DimensionItem {
  /** The expression as written, without the label. */
  readonly source: string;
  /** Where it begins in the parameter's text. */
  readonly offset: number;
  /** As written before `=`, or the hyperparameter's name where the item is just that name. */
  readonly label?: string;
  /** Absent where it depends on an input's shape; -1: whatever makes the element count fit. */
  readonly size?: number;
  /** Values of the names in `source`, where it is evaluated only once shapes are known. */
  readonly names?: Readonly<Record<string, Value>>;
}

/** A parameter after evaluation. `label` is the hyperparameter's name where the value is just that name. */
export interface ResolvedParameter {
  /** `dims`: the sizes as text, `1, 12, input.shape[1], -1`; graph/dims.ts turns `dims` into sizes. */
  readonly value: Scalar;
  readonly label?: string;
  /** The source text as written in the document. */
  readonly source: Scalar;
  /** For a parameter of type `dims`. */
  readonly dims?: readonly DimensionItem[];
}

export interface InferContext {
  readonly inputs: Readonly<Record<string, PortType | undefined>>;
  readonly params: Readonly<Record<string, ResolvedParameter>>;
}

/** Problems without their place; the caller knows where it stands. */
export type LocalProblem = Omit<Problem, 'place'> & {
  readonly port?: { readonly side: 'input' | 'output'; readonly name: string };
  readonly param?: string;
  /** Changes of the node's own parameters that would mend it; they become fixes where the value really comes from. */
  readonly suggestions?: readonly { readonly param: string; readonly value: Scalar; readonly title: string }[];
};

export interface InferResult {
  readonly outputs: Readonly<Record<string, PortType>>;
  readonly problems: readonly LocalProblem[];
}

export interface NodeSignature {
  readonly type: string;
  readonly inputs: readonly InputPort[];
  readonly outputs: readonly OutputPort[];
  readonly params: readonly ParameterDefinition[];
  /** Checks beyond patterns (`embed_dim` divisible by `num_heads`); runs before shapes. */
  readonly check?: (params: Readonly<Record<string, ResolvedParameter>>) => readonly LocalProblem[];
  /** Computes the outputs where patterns cannot say it (reshape, transpose, matmul). */
  readonly infer?: (context: InferContext) => InferResult;
}

/** All node types by name. */
export type NodeLibrary = ReadonlyMap<string, NodeSignature>;
