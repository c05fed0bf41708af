/** A node type is one record of this shape in one file; palette, inspector, checker, compiler and help read it. */
import type { Builder } from '../gpu/ir/builder.ts';
import type { ValueId } from '../gpu/ir/types.ts';
import type { Initializer } from '../gpu/random/initializers.ts';
import { portPath, type InstancePath } from '../graph/instance.ts';
import type { Dimension } from '../graph/problems.ts';
import type { PortType, ResolvedParameter, NodeSignature } from '../graph/signature.ts';
import type { BatchRule } from './batch.ts';
import type { PictureOptions } from './pictures.ts';
import type { TokensSpec } from './text/token-rows.ts';
import type { TorchAbsence, TorchSpelling } from './torch.ts';

export type Category = 'input' | 'vision' | 'language' | 'multimodal' | 'tensor' | 'math' | 'loss' | 'view' | 'port';

/** The parameters of one node, evaluated. */
export type Params = Readonly<Record<string, ResolvedParameter>>;

/** One draw from the generator as PyTorch's constructor does it. */
export interface WeightDefinition {
  /** As in the `state_dict`: `weight`, `out_proj.bias`; empty for a bare parameter, whose key is the node's own path. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  /** Drawn and thrown away, to keep the generator in step with PyTorch. */
  readonly discarded?: boolean;
}

export interface LowerContext {
  readonly builder: Builder;
  readonly params: Params;
  /** Connected inputs, lowered; optional ones may be missing. */
  readonly inputs: Readonly<Record<string, ValueId | undefined>>;
  /** Types of the node's ports as inferred. */
  readonly types: {
    readonly inputs: Readonly<Record<string, PortType | undefined>>;
    readonly outputs: Readonly<Record<string, PortType>>;
  };
  /** The weight of this name, as a leaf of the IR. */
  readonly weight: (name: string) => ValueId;
  /** For source nodes: the leaf whose bytes come from outside (a picture, a file, a random draw), under this port's type. */
  readonly source: (port: string) => ValueId;
}

/** Where the values of a source come from. */
export type SourceSpec =
  | {
      readonly kind: 'pictures';
      /** Ids of the document's assets; they fill the batch in turn. */
      readonly assets: readonly string[];
      readonly options: PictureOptions;
    }
  /** Text as ids. `captionsOf` names an image input beside it, whose captions are then the lines; null: it has lines of its own. */
  | ({ readonly kind: 'tokens'; readonly captionsOf: string | null } & TokensSpec)
  /** Drawn by a generator of its own, as PyTorch draws after manual_seed(seed). */
  | { readonly kind: 'random'; readonly seed: number; readonly initializer: Initializer };

/**
 * How a node's value is shown on the canvas by default. `text`: a text that is written there. `generation`: what is written
 * from the logits that come in (nodes/generation); such a node has no value of its own.
 */
export type PreviewKind = 'image' | 'patch-grid' | 'heatmap' | 'attention' | 'statistics' | 'text' | 'generation';

/** What a view node makes of its inputs; how that is drawn is the renderer's matter (renderer/views). */
export type ViewKind =
  | 'patch-grid'
  | 'attention-map'
  | 'attention-matrix'
  | 'similarity-matrix'
  | 'token-strip'
  | 'histogram'
  | 'line'
  | 'text'
  | 'table';

export interface NodeDefinition extends NodeSignature {
  /** Palette and header: `Layer norm`. */
  readonly title: string;
  readonly category: Category;
  /** One paragraph: what it computes, with its formula. */
  readonly help: string;
  /** Paper or document that defines it. */
  readonly reference?: { readonly text: string; readonly url: string };
  /** Words that find it in search beside title and type: `['nn.Linear', 'dense', 'fully connected']`. */
  readonly keywords?: readonly string[];
  readonly preview?: PreviewKind;
  /** For nodes that only show: they have no outputs, and what is wired to them is looked at in this way. */
  readonly view?: ViewKind;
  /** In construction order; draws included whose result is discarded. */
  readonly weights?: (params: Params) => readonly WeightDefinition[];
  /** Inputs that take ids, with the parameter that every id must be below. */
  readonly idsBelow?: Readonly<Record<string, string>>;
  /** Values come from outside, and this is where from, unless a tensor is bound in their place. */
  readonly source?: (params: Params, type: PortType) => SourceSpec;
  /** What is wrong with values that are bound in the place of a source's own; null where nothing is. */
  readonly refuse?: (params: Params, values: ArrayLike<number>) => string | null;
  /** What becomes of the axis of the batch; absent for nodes without inputs, and where nobody can say. */
  readonly batch?: BatchRule;
  /** How it is written in PyTorch, or why it is not. */
  readonly torch: TorchSpelling | TorchAbsence;
  /** Builds the IR of every output. */
  readonly lower: (context: LowerContext) => Readonly<Record<string, ValueId>>;
}

/** The `state_dict` key of a weight of the leaf at this path. */
export function stateDictKey(path: InstancePath, { name }: Pick<WeightDefinition, 'name'>): string {
  return name === '' ? path : portPath(path, name);
}

/** @throws {TypeError} if the parameter is missing or not a number: a fault of the record, not of the user. */
export function numberParam(params: Params, name: string): number {
  const value = params[name]?.value;
  if (typeof value !== 'number') throw new TypeError(`parameter ${name} is ${typeof value}, not a number`);
  return value;
}

/** @throws {TypeError} if the parameter is missing or not a string: a fault of the record, not of the user. */
export function stringParam(params: Params, name: string): string {
  const value = params[name]?.value;
  if (typeof value !== 'string') throw new TypeError(`parameter ${name} is ${typeof value}, not a string`);
  return value;
}

/** @throws {TypeError} if the parameter is missing or not a boolean: a fault of the record, not of the user. */
export function booleanParam(params: Params, name: string): boolean {
  const value = params[name]?.value;
  if (typeof value !== 'boolean') throw new TypeError(`parameter ${name} is ${typeof value}, not a boolean`);
  return value;
}

/** A size given by a parameter, named after the hyperparameter that it is, or else after `fallback`. */
export function dimensionParam(params: Params, name: string, fallback?: string): Dimension {
  const size = numberParam(params, name);
  const label = params[name]?.label ?? fallback;
  return label === undefined ? { size } : { size, name: label };
}
