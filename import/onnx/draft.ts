/**
 * The graph under construction, flat: nodes of the library with the types that their own records give them, and wires.
 * What the file computes in other terms is written here in those of the library; modules come later.
 */
import { createCache } from '../../graph/cache.ts';
import { EMPTY_SCOPE } from '../../graph/expressions.ts';
import { inferLeaf } from '../../graph/infer-leaf.ts';
import { resolveParameter } from '../../graph/parameters.ts';
import type { ParameterValue } from '../../graph/schema.ts';
import type { PortDType, PortType, ResolvedParameter } from '../../graph/signature.ts';
import { NODES } from '../../nodes/registry.ts';
import { ImportError } from '../import-error.ts';
import { uniform, type Constant } from './constant.ts';
import type { NumberKind } from './tensor.ts';

type DraftParams = Readonly<Record<string, ParameterValue>>;

/** An output of a node. */
export interface Ref {
  readonly node: DraftNode;
  readonly port: string;
}

export interface DraftNode {
  readonly type: string;
  readonly params: DraftParams;
  readonly inputs: Readonly<Record<string, Ref>>;
  /** By port; undefined: nothing says what it is, as may be with an operator that no node computes. */
  readonly outputs: Readonly<Record<string, PortType | undefined>>;
  /** Under their names in the node's record. */
  readonly weights: ReadonlyMap<string, Constant>;
  /** What it may be called: of a source its name, else the place in the file. */
  readonly hint: string;
}

/** What an operator reads: known, or computed. */
export type Value =
  | { readonly kind: 'constant'; readonly constant: Constant }
  | { readonly kind: 'wire'; readonly ref: Ref };

interface NodeOptions {
  readonly weights?: Readonly<Record<string, Constant>>;
  readonly hint?: string;
}

export const DTYPES: Readonly<Record<NumberKind, PortDType>> = { float: 'f32', int: 'i32', bool: 'bool' };

/** What stands for −∞: WGSL may take for granted that no number is infinite, and nothing is left of either in a softmax. */
const LOWEST = -3.4028234663852886e38;

/** Numbers of constants that are folded and held: shapes, and masks where they are small. */
const MOST_KEPT = 1 << 23;

export class Draft {
  /** In the order in which they were made: each comes after what it reads. */
  readonly nodes: DraftNode[] = [];
  /** The node of the file that is being written, for messages and names. */
  place = { called: 'the graph', hint: '' };
  #kept = 0;
  readonly #cache = createCache();
  /** By what constants are: equal ones that are no weights stand in the graph once. */
  readonly #wired = new Map<Constant | string, Ref>();

  /** @throws {ImportError} where what is computed from constants alone takes more memory than any model's shapes and masks. */
  keep({ depth, count, filledWith }: Constant): void {
    if (depth > 0 || filledWith !== undefined) return;
    this.#kept += count;
    if (this.#kept > MOST_KEPT)
      throw new ImportError(
        `what it computes from constants alone is more than ${MOST_KEPT.toLocaleString('en')} numbers`,
      );
  }

  /**
   * A node of the library.
   * @throws {ImportError} where its record refuses what it is given: the file is at fault.
   */
  node(
    type: string,
    params: DraftParams,
    inputs: Readonly<Record<string, Value>>,
    options: NodeOptions = {},
  ): DraftNode {
    const refs = Object.fromEntries(Object.entries(inputs).map(([port, value]) => [port, this.wired(value)]));
    return this.#add(this.made(type, params, refs, options));
  }

  /** A node that is not yet one of the graph's. */
  made(type: string, params: DraftParams, inputs: Readonly<Record<string, Ref>>, options: NodeOptions = {}): DraftNode {
    const signature = NODES.get(type)!;
    const types = Object.fromEntries(Object.entries(inputs).map(([port, ref]) => [port, typeOf(ref)]));
    const resolved = this.#resolved(type, params);
    const { outputs, problems } = inferLeaf(signature, resolved, types, this.#cache);
    const [problem] = problems.filter(({ severity }) => severity === 'error');
    if (problem) throw new ImportError(`${this.place.called}: ${problem.message}`);
    const { weights = {}, hint = this.place.hint } = options;
    const nodeWeights = this.#fitting(type, resolved, weights);
    return { type, params, inputs, outputs, weights: nodeWeights, hint: hintOf(nodeWeights, hint) };
  }

  /** The output of a node of the library. */
  value(
    type: string,
    params: DraftParams,
    inputs: Readonly<Record<string, Value>>,
    options?: NodeOptions,
  ): Value & { readonly kind: 'wire' } {
    const node = this.node(type, params, inputs, options);
    return { kind: 'wire', ref: { node, port: Object.keys(node.outputs)[0]! } };
  }

  /** A node whose types are given: a source, or what stands for an operator that no node computes. */
  given(node: Omit<DraftNode, 'weights'>): DraftNode {
    return this.#add({ ...node, weights: new Map() });
  }

  /** A value as something that a wire may come from. */
  wired(value: Value): Ref {
    if (value.kind === 'wire') return value.ref;
    const key = keyOf(value.constant);
    const known = this.#wired.get(key);
    if (known) return known;
    const { ref } = this.#written(value.constant);
    this.#wired.set(key, ref);
    return ref;
  }

  #written(constant: Constant): Value & { readonly kind: 'wire' } {
    const shape = constant.dims.join(', ');
    // What is learned is a weight, even where it is one number everywhere as long as it is not.
    const number = constant.name === undefined ? uniform(constant) : undefined;
    const numbers =
      number !== undefined && !Number.isNaN(number)
        ? this.value('constant', { value: finite(number), shape }, {})
        : this.value('parameter', { shape }, {}, { weights: { '': withoutInfinity(constant) } });
    if (constant.kind === 'float') return numbers;
    if (constant.kind === 'int') return this.value('cast', { dtype: 'i32' }, { input: numbers });
    return this.value('compare', { comparison: 'not_equal', value: 0 }, { a: numbers });
  }

  #resolved(type: string, params: DraftParams): Record<string, ResolvedParameter> {
    const resolved: Record<string, ResolvedParameter> = {};
    for (const rule of NODES.get(type)!.params) {
      const found = resolveParameter(rule, params[rule.name] ?? rule.default, EMPTY_SCOPE, this.#cache);
      if (!found.ok) throw new ImportError(`${this.place.called}: ${found.fault.message}`);
      resolved[rule.name] = found.param;
    }
    return resolved;
  }

  /** The weights, each of the shape that the record asks for. */
  #fitting(
    type: string,
    params: Record<string, ResolvedParameter>,
    weights: Readonly<Record<string, Constant>>,
  ): ReadonlyMap<string, Constant> {
    const wanted = (NODES.get(type)!.weights?.(params) ?? []).filter(({ discarded }) => discarded !== true);
    for (const { name, shape } of wanted) {
      const { dims } = weights[name]!;
      if (dims.join() === shape.join()) continue;
      throw new ImportError(
        `${this.place.called}: its ${name || 'tensor'} is [${dims.join(', ')}], not [${shape.join(', ')}]`,
      );
    }
    return new Map(Object.entries(weights));
  }

  #add(node: DraftNode): DraftNode {
    this.nodes.push(node);
    return node;
  }
}

/** Longer ones are told apart by identity. */
const LONGEST_KEY = 1 << 12;

function keyOf(constant: Constant): Constant | string {
  if (constant.name !== undefined || constant.count > LONGEST_KEY) return constant;
  return `${constant.kind}[${constant.dims.join()}]${constant.numbers().join()}`;
}

export function typeOf({ node, port }: Ref): PortType {
  const type = node.outputs[port];
  if (!type) throw new Error(`${node.type} has no output ${port} of a known type`);
  return type;
}

/** What a value is; undefined: nothing says it. */
export function typeOfValue(value: Value): { readonly dims: readonly number[]; readonly kind: NumberKind } | undefined {
  const [dims, kind] = [dimsOf(value), kindOfValue(value)];
  return dims && kind && { dims, kind };
}

/** Undefined: nothing says what its shape is. */
export function dimsOf(value: Value): readonly number[] | undefined {
  if (value.kind === 'constant') return value.constant.dims;
  return value.ref.node.outputs[value.ref.port]?.dims.map(({ size }) => size);
}

export function kindOfValue(value: Value): NumberKind | undefined {
  if (value.kind === 'constant') return value.constant.kind;
  const dtype = value.ref.node.outputs[value.ref.port]?.dtype;
  return dtype && (dtype === 'f32' ? 'float' : dtype === 'i32' ? 'int' : 'bool');
}

export function finite(number: number): number {
  return Number.isFinite(number) ? number : number < 0 ? LOWEST : -LOWEST;
}

function withoutInfinity(constant: Constant): Constant {
  if (constant.kind !== 'float') return constant;
  const { numbers } = constant;
  return { ...constant, numbers: () => numbers().map((value) => (Number.isNaN(value) ? value : finite(value))) };
}

/** What the file calls its weights says more than where it reads them, unless it is the name of equal ones elsewhere. */
function hintOf(weights: ReadonlyMap<string, Constant>, scope: string): string {
  const hint = weightsHint(weights);
  const last = (text: string) => text.slice(text.lastIndexOf('.') + 1);
  return hint === undefined || (scope !== '' && last(hint) === last(scope)) ? scope : hint;
}

function weightsHint(weights: ReadonlyMap<string, Constant>): string | undefined {
  for (const [own, { name }] of weights) {
    // Made by an exporter, for what it folded: `onnx::MatMul_42`.
    if (name === undefined || name.includes('::')) continue;
    return own !== '' && name.endsWith(`.${own}`)
      ? name.slice(0, -own.length - 1)
      : own === ''
        ? name
        : name.replace(/\.[^.]*$/, '');
  }
  return undefined;
}

/** As a document has them. */
export function paramsOf({ params }: DraftNode): Record<string, ParameterValue> | undefined {
  return Object.keys(params).length > 0 ? { ...params } : undefined;
}
