/**
 * One model for any batch. The graph is written at three sizes; where the three models differ in nothing but whole
 * numbers that grow evenly with the size, these are computed from an input's shape. Whatever else differs means that
 * the graph does not allow it, and the model stays at its own size.
 */
import { SizeArithmetic } from './size-arithmetic.ts';
import type { OnnxBorder, OnnxInitializer, OnnxModel, OnnxNode, OnnxPort } from './model.ts';

/** Small, and no two with the same steps between them, so that a square is not taken for a line. */
export const SIZES = [2, 3, 5] as const;

type Three<T> = readonly [T, T, T];

/** The models differ in more than their size. */
class NotDynamic extends Error {}

/**
 * @param models of one graph at each of `SIZES`.
 * @returns undefined where they differ in more than sizes that grow evenly.
 */
export function dynamicModel(models: Three<OnnxModel>, sizeName: string): OnnxModel | undefined {
  try {
    return unify(models, sizeName);
  } catch (error) {
    if (error instanceof NotDynamic) return undefined;
    throw error;
  }
}

function unify(models: Three<OnnxModel>, sizeName: string): OnnxModel {
  const [model] = models;
  const ports = <P extends OnnxPort>(of: (model: OnnxModel) => readonly P[]): P[] =>
    each(models.map(of)).map((port) => unifyPort(port, sizeName));
  const inputs = ports<OnnxBorder>(({ inputs }) => inputs);
  const source = inputs.find(({ dims }) => dims.includes(sizeName));
  if (!source) throw new NotDynamic('no input has the size');

  requireEqual(models.map(({ initializers }) => initializers.filter(({ from }) => from.kind === 'weight')));
  const constants = models.map(constantsOf) as unknown as Three<ReadonlyMap<string, OnnxInitializer>>;
  const arithmetic = new SizeArithmetic(model, { input: source.name, axis: source.dims.indexOf(sizeName) });
  const nodes = each(models.map(({ nodes }) => nodes)).map((node) => unifyNode(node, constants, arithmetic));
  const all = [...arithmetic.nodes, ...nodes];
  const read = new Set(all.flatMap(({ inputs }) => inputs));
  return {
    inputs,
    outputs: ports<OnnxBorder>(({ outputs }) => outputs),
    values: ports(({ values }) => values),
    nodes: all,
    initializers: [...model.initializers, ...arithmetic.initializers].filter(({ name }) => read.has(name)),
  };
}

/** Three lists of equal length as one list of threes. */
function each<T>(lists: readonly (readonly T[])[]): Three<T>[] {
  const [a, b, c] = lists as Three<readonly T[]>;
  if (a.length !== b.length || b.length !== c.length) throw new NotDynamic('the models have other parts');
  return a.map((element, index) => [element, b[index]!, c[index]!]);
}

function unifyPort<P extends OnnxPort>(ports: Three<P>, sizeName: string): P {
  const [port] = ports;
  requireEqual(ports.map(({ name, dtype }) => [name, dtype]));
  const dims = each(ports.map(({ dims }) => dims)).map((sizes, axis) => {
    if (isSame(sizes)) return sizes[0];
    const line = lineThrough(sizes as Three<number>);
    if (!line) return `${port.name}.${axis}`;
    const { factor, offset } = line;
    const product = factor === 1 ? sizeName : `${factor}*${sizeName}`;
    return offset === 0 ? product : `${product}${offset > 0 ? '+' : ''}${offset}`;
  });
  return { ...port, dims };
}

function unifyNode(
  nodes: Three<OnnxNode>,
  constants: Three<ReadonlyMap<string, OnnxInitializer>>,
  arithmetic: SizeArithmetic,
): OnnxNode {
  const [node] = nodes;
  requireEqual(nodes.map(({ operator, name, outputs, attributes }) => [operator, name, outputs, attributes]));
  const inputs = each(nodes.map(({ inputs }) => inputs)).map((names, index) => {
    const tensors = names.map((name, model) => constants[model]!.get(name));
    if (tensors.every((tensor) => tensor === undefined)) {
      requireEqual(names);
      return names[0];
    }
    if (!tensors.every((tensor) => tensor !== undefined)) throw new NotDynamic('a constant is none at another size');
    const isShape = node.operator === 'Reshape' && index === 1;
    return unifyConstant(tensors as unknown as Three<OnnxInitializer>, isShape, arithmetic);
  });
  return { ...node, inputs };
}

/** The name of the constant, or of what is computed in its place. */
function unifyConstant(tensors: Three<OnnxInitializer>, isShape: boolean, arithmetic: SizeArithmetic): string {
  const [tensor] = tensors;
  requireEqual(tensors.map(({ dtype }) => dtype));
  const numbers = tensors.map(numbersOf) as unknown as Three<readonly number[]>;
  if (isSame(tensors.map(({ dims }) => dims)) && isSame(numbers)) return tensor.name;
  if (tensor.dtype === 'i64') return unifyIntegers(each(numbers), isShape, arithmetic);
  return unifyPositions(tensors, numbers, arithmetic);
}

/** A vector of sizes. The one unknown of a shape is what makes the number of elements fit. */
function unifyIntegers(entries: readonly Three<number>[], isShape: boolean, arithmetic: SizeArithmetic): string {
  const moving = entries.filter((entry) => !isSame(entry));
  if (isShape && moving.length === 1 && !entries.some((entry) => entry.includes(0))) {
    return arithmetic.integers(entries.map((entry) => (isSame(entry) ? entry[0] : -1)));
  }
  return arithmetic.vector(entries.map(lineOf));
}

/** 0, 1, 2, … along one axis, up to the size. */
function unifyPositions(
  tensors: Three<OnnxInitializer>,
  numbers: Three<readonly number[]>,
  arithmetic: SizeArithmetic,
): string {
  const [{ dtype }] = tensors;
  if (!numbers.every((list) => list.every((number, index) => number === index))) {
    throw new NotDynamic('numbers change with the size');
  }
  const dims = each(tensors.map(({ dims }) => dims));
  const others = dims.filter((sizes) => isSame(sizes));
  if (others.length !== dims.length - 1 || !others.every(([size]) => size === 1)) {
    throw new NotDynamic('positions along two axes');
  }
  const counts = numbers.map(({ length }) => length) as unknown as Three<number>;
  return arithmetic.positions(
    lineOf(counts),
    dims.map((sizes) => (isSame(sizes) ? 1 : -1)),
    dtype,
  );
}

/** `factor` · size + `offset`. */
export interface Line {
  readonly factor: number;
  readonly offset: number;
}

function lineOf(values: Three<number>): Line {
  const line = lineThrough(values);
  if (!line) throw new NotDynamic('a number does not grow evenly with the size');
  return line;
}

function lineThrough([a, b, c]: Three<number>): Line | undefined {
  const factor = (b - a) / (SIZES[1] - SIZES[0]);
  const offset = a - factor * SIZES[0];
  return c === factor * SIZES[2] + offset ? { factor, offset } : undefined;
}

function constantsOf({ initializers }: OnnxModel): ReadonlyMap<string, OnnxInitializer> {
  return new Map(initializers.filter(({ from }) => from.kind === 'numbers').map((tensor) => [tensor.name, tensor]));
}

function numbersOf({ from }: OnnxInitializer): readonly number[] {
  return from.kind === 'numbers' ? from.numbers : [];
}

function requireEqual(values: readonly unknown[]): void {
  if (!isSame(values)) throw new NotDynamic('the models differ in more than sizes');
}

/** Equal as plain data; NaN and −0 are themselves. */
function isSame(values: readonly unknown[]): boolean {
  const [first, ...others] = values.map((value) =>
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'number' && (Object.is(part, -0) || !Number.isFinite(part)) ? `number ${1 / part} ${part}` : part,
    ),
  );
  return others.every((other) => other === first);
}
