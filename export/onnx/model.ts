/** An ONNX model as plain data, between the IR that it is made from and the bytes that it becomes. */
import type { OnnxAttributes, OnnxDType } from '../../gpu/ops/onnx.ts';

/** The operator set that the records of gpu/ops write in, and the version of the file format that came with it. */
export const OPERATOR_SET = 17;
export const IR_VERSION = 8;

/** A value with its type; a size may be symbolic. */
export interface OnnxPort {
  readonly name: string;
  readonly dtype: OnnxDType;
  readonly dims: readonly (number | string)[];
}

/** An input or output of the model, and what it is called in the graph that the model is made from. */
export interface OnnxBorder extends OnnxPort {
  readonly of: string;
}

export interface OnnxNode {
  readonly operator: string;
  readonly name: string;
  /** Names of values; an empty one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: OnnxAttributes;
}

/** A tensor in the file: numbers, or a parameter by its path in the state_dict. */
export interface OnnxInitializer {
  readonly name: string;
  readonly dtype: OnnxDType;
  readonly dims: readonly number[];
  readonly from:
    | { readonly kind: 'numbers'; readonly numbers: readonly number[] }
    | { readonly kind: 'weight'; readonly path: string };
}

export interface OnnxModel {
  readonly inputs: readonly OnnxBorder[];
  readonly outputs: readonly OnnxBorder[];
  /** What is known of values in between: those that are a node's port in the editor. */
  readonly values: readonly OnnxPort[];
  /** In an order in which each stands after what feeds it. */
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
}
