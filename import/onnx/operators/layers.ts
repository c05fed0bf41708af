/** Operators that are layers: norms, look-ups in tables, recurrence. */
import { ImportError } from '../../import-error.ts';
import { called, floatOf, intOf, stringOf } from '../attributes.ts';
import { constant, elementCount, filled, LARGEST, stridesOf, uniform, type Constant } from '../constant.ts';
import { reshaped } from '../fold.ts';
import type { Draft, DraftNode, Value } from '../draft.ts';
import type { OnnxAttribute, OnnxNode } from '../read-model.ts';
import { resolveAxis } from '../shapes.ts';
import {
  arithmetic,
  asKind,
  constantOf,
  permute,
  reshape,
  sizesOf,
  sliceAxis,
  type Operator,
  type OperatorContext,
} from './operator.ts';

export const LAYERS: readonly (readonly [string, Operator])[] = [
  ['LayerNormalization', layerNormalization],
  ['RMSNormalization', rmsNormalization],
  ['SimplifiedLayerNormalization', rmsNormalization],
  ['com.microsoft.SkipLayerNormalization', skipNormalization(layerNormalization)],
  ['com.microsoft.SkipSimplifiedLayerNormalization', skipNormalization(rmsNormalization)],
  ['Gather', gather],
  ['GatherElements', gatherElements],
  ['LSTM', lstm],
];

function layerNormalization({ node, draft, inputs: [x, scale, bias] }: OperatorContext): readonly Value[] | undefined {
  const rank = sizesOf(x!).length;
  const eps = rounded(floatOf(node, 'epsilon', 1e-5));
  // What else it gives, mean and deviation, only training reads.
  if (resolveAxis(node, intOf(node, 'axis', -1), rank) !== rank - 1 || node.outputs.slice(1).some(Boolean))
    return undefined;
  const [size, weight, offset] = [sizesOf(x!).at(-1)!, constantOf(scale), constantOf(bias)];
  const params = { normalized_shape: size, eps };
  if (weight && (offset || !bias)) {
    if (!offset && uniform(weight) === 1)
      return [draft.value('layer_norm', { ...params, elementwise_affine: false }, { input: x! })];
    const weights = { weight: vector(weight, size), bias: offset ? vector(offset, size) : zeros(size) };
    return [draft.value('layer_norm', params, { input: x! }, { weights })];
  }
  const plain = draft.value('layer_norm', { ...params, elementwise_affine: false }, { input: x! });
  const times = arithmetic(draft, 'multiply', plain, scale!);
  return [bias ? arithmetic(draft, 'add', times, bias) : times];
}

function rmsNormalization({ node, draft, inputs: [x, scale] }: OperatorContext): readonly Value[] | undefined {
  const rank = sizesOf(x!).length;
  if (resolveAxis(node, intOf(node, 'axis', -1), rank) !== rank - 1 || node.outputs.slice(1).some(Boolean))
    return undefined;
  const params = { normalized_shape: sizesOf(x!).at(-1)!, eps: rounded(floatOf(node, 'epsilon', 1e-5)) };
  const weight = constantOf(scale);
  if (weight) return [draft.value('rms_norm', params, { input: x! }, { weights: { weight } })];
  const plain = draft.value('rms_norm', { ...params, elementwise_affine: false }, { input: x! });
  return [arithmetic(draft, 'multiply', plain, scale!)];
}

/** Of a sum: x, what skips a layer, scale, offset (of a layer norm), bias; the sum itself may be the fourth output. */
function skipNormalization(normalize: Operator): Operator {
  return (context) => {
    const { node, draft, inputs } = context;
    const [x, skip, scale, ...rest] = inputs;
    const [offset, bias] = normalize === layerNormalization ? rest : [undefined, ...rest];
    if (!skip || node.outputs.slice(1, 3).some(Boolean)) return undefined;
    const added = arithmetic(draft, 'add', x!, skip);
    const sum = bias ? arithmetic(draft, 'add', added, bias) : added;
    const attributes = new Map<string, OnnxAttribute>([
      ['epsilon', { kind: 'float', value: 1e-12 }],
      ...node.attributes,
    ]);
    attributes.set('axis', { kind: 'int', value: -1 });
    const plain = { ...node, attributes, outputs: node.outputs.slice(0, 1) };
    const normed = normalize({ ...context, node: plain, inputs: [sum, scale, offset] });
    return normed && [normed[0], undefined, undefined, sum];
  };
}

/** A float32 as the number that was meant: 1e-5, not 0.0000099999997. */
export function rounded(value: number): number {
  const short = Number(value.toPrecision(7));
  return Math.fround(short) === Math.fround(value) ? short : value;
}

function vector(value: Constant, size: number): Constant {
  // One number for all, or as many as there are: another count is refused where it does not fit.
  if (value.count !== 1 || size === 1) return reshaped(value, [value.count]);
  return constant({ dims: [size], kind: 'float', name: value.name }, () =>
    new Float64Array(size).fill(value.numbers()[0]!),
  );
}

function zeros(size: number): Constant {
  return filled(0, 'float', [size]);
}

/** One place, a run of places, or rows of a table: of a known one, an embedding. */
function gather({ node, draft, inputs: [table, given] }: OperatorContext): readonly Value[] | undefined {
  const dims = sizesOf(table!);
  const axis = resolveAxis(node, intOf(node, 'axis', 0), dims.length);
  const known = constantOf(given);
  const places = known && placesIn(node, known, dims[axis]!);
  if (places && places.length > 0 && places.every((place, index) => place === places[0]! + index)) {
    const run = sliceAxis(draft, table!, axis, { start: places[0]!, stop: places.at(-1)! + 1 });
    return [reshape(draft, run, dims.toSpliced(axis, 1, ...known.dims))];
  }
  const indices: Value | undefined = places
    ? { kind: 'constant', constant: constant({ dims: known.dims, kind: 'int' }, () => places) }
    : given;
  const weight = constantOf(table);
  if (weight && axis === 0 && weight.kind === 'float' && dims.length === 2) {
    const params = { num_embeddings: dims[0]!, embedding_dim: dims[1]! };
    return [draft.value('embedding', params, { ids: indices! }, { weights: { weight } })];
  }
  const order = [axis, ...dims.map((_, index) => index).toSpliced(axis, 1)];
  const rows = takeRows(draft, permute(draft, table!, order), indices!);
  // The axes of the indices stand first, and belong where the axis was.
  const added = sizesOf(indices!).length;
  const back = [
    ...Array.from({ length: axis }, (_, index) => added + index),
    ...Array.from({ length: added }, (_, index) => index),
    ...Array.from({ length: dims.length - 1 - axis }, (_, index) => added + axis + index),
  ];
  return [permute(draft, rows, back)];
}

/** Which positions are meant: negative ones count from the end. */
function placesIn(node: OnnxNode, indices: Constant, size: number): Float64Array {
  const places = indices.numbers().map((place) => (place < 0 ? place + size : place));
  const outside = places.find((place) => place < 0 || place >= size);
  if (outside === undefined) return places;
  throw new ImportError(`${called(node)}: there is no position ${outside} among ${size}`);
}

/** Rows of a tensor by number; whole numbers as float, which is exact up to 2^24. */
function takeRows(draft: Draft, table: Value, indices: Value): Value {
  return draft.value('take_rows', {}, { table, indices });
}

/**
 * data[…, indices[…], …] along an axis: rows of the same elements in one long table, at numbers that count what stands
 * before. Where the indices are the same along the axes behind, as in torch.gather of whole vectors, rows are whole.
 */
function gatherElements({ node, draft, inputs: [data, indices] }: OperatorContext): readonly Value[] | undefined {
  const [dims, wanted] = [sizesOf(data!), sizesOf(indices!)];
  const axis = resolveAxis(node, intOf(node, 'axis', 0), dims.length);
  if (wanted.length !== dims.length || wanted.some((size, at) => at !== axis && size > dims[at]!)) return undefined;
  const source = indices!.kind === 'wire' ? repeated(indices!.ref.node) : undefined;
  const width = elementCount(dims.slice(axis + 1));
  const whole =
    source &&
    sizesOf(source)
      .slice(axis + 1)
      .every((size) => size === 1) &&
    sizesOf(source).length === dims.length &&
    wanted.every((size, at) => at === axis || size === dims[at]) &&
    sizesOf(source)
      .slice(0, axis + 1)
      .join() === wanted.slice(0, axis + 1).join();
  const places = whole ? source : indices!;
  const rowSize = whole ? width : 1;
  const strides = stridesOf(dims).map((stride) => stride / rowSize);
  const shape = sizesOf(places);
  if (elementCount(shape) > LARGEST) return undefined;
  const base = constant({ dims: shape, kind: 'float' }, () => offsets(shape, strides.with(axis, 0)));
  const number = asKind(draft, places, 'float');
  const negative = draft.value('compare', { comparison: 'less', value: 0 }, { a: number });
  const counted = draft.value(
    'where',
    {},
    { condition: negative, a: draft.value('add', { value: dims[axis]! }, { a: number }), b: number },
  );
  const scaled = strides[axis] === 1 ? counted : draft.value('multiply', { value: strides[axis]! }, { a: counted });
  const rows = asKind(draft, arithmetic(draft, 'add', scaled, { kind: 'constant', constant: base }), 'int');
  const table = reshape(draft, data!, [elementCount(dims) / rowSize, rowSize]);
  const flat = reshape(draft, rows, [elementCount(shape)]);
  return [reshape(draft, takeRows(draft, table, flat), wanted)];
}

/** What an expansion repeats. */
function repeated(node: DraftNode): Value | undefined {
  const input = node.inputs['input'];
  return node.type === 'expand' && input ? { kind: 'wire', ref: input } : undefined;
}

/** For each place the sum of its coordinates times the strides. */
function offsets(shape: readonly number[], strides: readonly number[]): Float64Array {
  const own = stridesOf(shape);
  return Float64Array.from({ length: elementCount(shape) }, (_, index) =>
    shape.reduce((sum, size, axis) => sum + (Math.floor(index / own[axis]!) % size) * strides[axis]!, 0),
  );
}

/** ONNX has the gates in the order i o f c, PyTorch i f g o with g for c. */
const GATES = [0, 2, 3, 1];

/** One layer from left to right that starts with zeros, as most do; its output has an axis for directions. */
function lstm({
  node,
  draft,
  inputs: [x, w, r, b, lengths, h, c, peepholes],
}: OperatorContext): readonly (Value | undefined)[] | undefined {
  const [input, hidden] = [constantOf(w), constantOf(r)];
  const bias = constantOf(b);
  const zero = (value: Value | undefined) => !value || (constantOf(value) && uniform(constantOf(value)!) === 0);
  if (!input || !hidden || (b && !bias) || !zero(h) || !zero(c) || peepholes || input.dims[0] !== 1) return undefined;
  if (
    stringOf(node, 'direction', 'forward') !== 'forward' ||
    node.attributes.has('clip') ||
    node.attributes.has('activations')
  )
    return undefined;
  const batchFirst = intOf(node, 'layout', 0) !== 0;
  const sequence = batchFirst ? x! : permute(draft, x!, [1, 0, 2]);
  const [batch, length, input_size] = sizesOf(sequence) as [number, number, number];
  if (lengths && (!constantOf(lengths) || uniform(constantOf(lengths)!) !== length)) return undefined;
  const hidden_size = hidden.dims.at(-1)!;
  checkWeights(
    node,
    [input, hidden, bias],
    [
      [1, 4 * hidden_size, input_size],
      [1, 4 * hidden_size, hidden_size],
      [1, 8 * hidden_size],
    ],
  );
  const part = (index: number) => (bias ? halfOf(bias, index, hidden_size) : zeros(4 * hidden_size));
  const weights = {
    weight_ih_l0: gates(reshaped(input, input.dims.slice(1))),
    weight_hh_l0: gates(reshaped(hidden, hidden.dims.slice(1))),
    bias_ih_l0: gates(part(0)),
    bias_hh_l0: gates(part(1)),
  };
  const layer = draft.node('lstm', { input_size, hidden_size }, { input: sequence }, { weights });
  const port = (name: string): Value => ({ kind: 'wire', ref: { node: layer, port: name } });
  const asked = (index: number, make: () => Value) => (node.outputs[index] ? make() : undefined);
  if (batchFirst) {
    return [
      asked(0, () => reshape(draft, port('output'), [batch, length, 1, hidden_size])),
      asked(1, () => permute(draft, port('h_n'), [1, 0, 2])),
      asked(2, () => permute(draft, port('c_n'), [1, 0, 2])),
    ];
  }
  return [
    asked(0, () => reshape(draft, permute(draft, port('output'), [1, 0, 2]), [length, 1, batch, hidden_size])),
    asked(1, () => port('h_n')),
    asked(2, () => port('c_n')),
  ];
}

function checkWeights(
  node: OnnxNode,
  weights: readonly (Constant | undefined)[],
  shapes: readonly (readonly number[])[],
): void {
  for (const [index, weight] of weights.entries())
    if (weight && weight.dims.join() !== shapes[index]!.join())
      throw new ImportError(
        `${called(node)}: a weight is [${weight.dims.join(', ')}], not [${shapes[index]!.join(', ')}]`,
      );
}

/** The biases of the input, and behind them those of what was said before: [1, 8·hidden]. */
function halfOf(bias: Constant, index: number, hidden: number): Constant {
  const numbers = () => bias.numbers().slice(index * 4 * hidden, (index + 1) * 4 * hidden);
  return constant({ dims: [4 * hidden], kind: 'float', name: bias.name, of: [bias] }, numbers);
}

function gates(value: Constant): Constant {
  const row = value.count / 4;
  return constant({ dims: value.dims, kind: 'float', name: value.name, of: [value] }, () => {
    const numbers = value.numbers();
    const result = new Float64Array(numbers.length);
    for (const [to, from] of GATES.entries()) result.set(numbers.subarray(from * row, (from + 1) * row), to * row);
    return result;
  });
}
