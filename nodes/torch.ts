/** How a node is written in PyTorch: the layer that `__init__` makes, and what `forward` does with it. */
import type { PortType, Scalar } from '../graph/signature.ts';
import { call, type Python } from './python.ts';

/** What a record may ask while it writes. */
export interface TorchParams {
  /** A parameter as Python: its literal, or its expression over the hyperparameters that are in scope. */
  readonly param: (name: string) => Python;
  /** A parameter as Python where the document writes it; undefined where the record's default holds, which is PyTorch's. */
  readonly written: (name: string) => Python | undefined;
  /** Whether the document writes it as an expression over hyperparameters: then it is one in Python too. */
  readonly follows: (name: string) => boolean;
  /** Its value, where the spelling depends on it; all instances of the module must agree on it, but for a choice or a truth
   * value that follows hyperparameters: for such a one the code is written for every value it may have. */
  readonly value: (name: string) => Scalar;
  /** The sizes of a `dims` parameter. */
  readonly dims: (name: string) => readonly Python[];
}

export interface TorchContext extends TorchParams {
  /** What is wired to the port; undefined where nothing is. */
  readonly input: (name: string) => Python | undefined;
  /** Its type: rank and dtype are the same in all instances of the module, or it is undefined; sizes are those of one. */
  readonly type: (input: string) => PortType | undefined;
  /** For each size of a `dims` parameter, the axis of the input that it is in every instance; undefined where it is none. */
  readonly kept: (param: string, input: string) => readonly (number | undefined)[];
  /** The attribute that holds the layer: `self.q_proj`. */
  readonly layer: Python;
}

/** What `forward` assigns: a value per output, or one expression that is taken apart: `output, (h_n, c_n) = …`. */
export type TorchOutputs =
  | { readonly kind: 'values'; readonly values: Readonly<Record<string, Python>> }
  | {
      readonly kind: 'unpack';
      readonly from: Python;
      readonly into: readonly TorchTarget[];
      /** Outputs that follow from one of those. */
      readonly derived?: Readonly<Record<string, { readonly of: string; readonly value: (of: Python) => Python }>>;
    };

/** An output's name, null for what nobody wants, or a tuple of such. */
export type TorchTarget = string | null | readonly TorchTarget[];

/** A function or class that stands in the file once, if some node uses it. */
export interface TorchHelper {
  readonly name: string;
  /** Python at the top level as black formats it. */
  readonly source: string;
}

export interface TorchSpelling {
  /** Absent: there is no layer, and `forward` only calls functions. */
  readonly layer?: (params: TorchParams) => Python;
  /** What `__init__` does to the layer after it is made. */
  readonly start?: (layer: Python, params: TorchParams) => readonly Python[];
  readonly forward: (context: TorchContext) => TorchOutputs;
  /** Optional inputs for which it can be given None. */
  readonly takesNone?: readonly string[];
  readonly helpers?: readonly TorchHelper[];
}

/** A node that PyTorch code does not hold, and why; what an export says where it meets one all the same. */
export interface TorchAbsence {
  readonly absent: string;
}

/** For nodes that only show. */
export const ONLY_SHOWS: TorchAbsence = { absent: 'it only shows what is wired to it' };

/** For nodes whose values come from outside. */
export const COMES_FROM_OUTSIDE: TorchAbsence = {
  absent: 'its values come from outside, as an argument of the main module; move it there',
};

/** The spelling, where there is one. */
export function spellingOf(torch: TorchSpelling | TorchAbsence | undefined): TorchSpelling | undefined {
  return torch && 'forward' in torch ? torch : undefined;
}

/** The one output of most nodes. */
export function one(port: string, value: Python): TorchOutputs {
  return { kind: 'values', values: { [port]: value } };
}

/** For a layer that is called with one input: `self.norm1(x)`. */
export function callLayer({ layer, input }: TorchContext, port = 'input'): TorchOutputs {
  return one('output', call(layer, [input(port)!]));
}

/** For a function of one tensor: `torch.exp(x)`. */
export function torchFunction(callee: string): TorchSpelling {
  return { forward: ({ input }) => one('output', call(callee, [input('input')!])) };
}
