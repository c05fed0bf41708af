/** From the nodes of a file to those of the library, one after the other: what is known is folded, the rest is written. */
import { FOREIGN } from '../../graph/foreign.ts';
import { excerpt } from '../../graph/error-text.ts';
import type { ParameterValue } from '../../graph/schema.ts';
import type { PortType } from '../../graph/signature.ts';
import { ImportError } from '../import-error.ts';
import { called } from './attributes.ts';
import { ofTensor } from './constant.ts';
import { Draft, DTYPES, typeOfValue, type Value } from './draft.ts';
import { fold, foldShape } from './fold.ts';
import { leastOperands, OPERATORS } from './operators/registry.ts';
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxValueInfo } from './read-model.ts';
import { isWeightName } from './names.ts';
import { resolveSizes, type Sizes } from './sizes.ts';
import { kindOf } from './tensor.ts';

export interface Converted {
  readonly draft: Draft;
  readonly outputs: readonly { readonly name: string; readonly value: Value }[];
}

/** @throws {ImportError} where the file contradicts itself, naming the node. */
export function convert(graph: OnnxGraph, sizes: Sizes): Converted {
  const draft = new Draft();
  const values = new Map<string, Value>();
  for (const tensor of graph.initializers.values()) {
    const { name, ...nameless } = ofTensor(tensor);
    const constant = isWeightName(tensor) ? { ...nameless, name: name! } : nameless;
    values.set(tensor.name, { kind: 'constant', constant });
  }
  for (const info of graph.inputs) values.set(info.name, source(draft, info, sizes));
  for (const node of graph.nodes) {
    draft.place = { called: called(node), hint: scopeOf(node) };
    const operands = node.inputs.map((name) => (name === '' ? undefined : values.get(name)));
    const results = written(node, operands, draft, graph, sizes);
    for (const [index, name] of node.outputs.entries()) {
      const value = results[index];
      // What is left out nobody reads.
      if (name !== '' && value) values.set(name, value);
    }
  }
  draft.place = { called: 'the graph', hint: '' };
  const outputs = graph.outputs.map(({ name }) => {
    const value = values.get(name);
    if (!value) throw new ImportError(`output ${excerpt(name)} is one that its node does not give`);
    return { name, value };
  });
  return { draft, outputs };
}

/** `/encoder/layers.0/attention/MatMul` stands in `encoder.layers.0.attention`; Patchbay leaves out the first stroke. */
function scopeOf({ name }: OnnxNode): string {
  return name.replace(/^\//, '').split('/').slice(0, -1).join('.');
}

function source(draft: Draft, info: OnnxValueInfo, sizes: Sizes): Value {
  const kind = kindOf(info.elementType);
  if (!kind)
    throw new ImportError(`input ${excerpt(info.name)} has elements of type ${info.elementType}, which are not read`);
  const { dims, ...given } = typeOf(info, sizes);
  // The pattern of an input has at least one axis.
  const type = { ...given, dims: dims.length > 0 ? dims : [{ size: 1 }] };
  const shape = type.dims.map(({ size }) => size).join(' ');
  const params = { shape, ...(kind !== 'float' && { dtype: DTYPES[kind] }) };
  const node = draft.given({ type: 'input', params, inputs: {}, outputs: { output: type }, hint: info.name });
  const value: Value = { kind: 'wire', ref: { node, port: 'output' } };
  return dims.length > 0 ? value : draft.value('reshape', { shape: '' }, { input: value }, { hint: info.name });
}

function typeOf(info: OnnxValueInfo, sizes: Sizes): PortType {
  const dims = resolveSizes(info, sizes).map((size) => ({ size }));
  return { dims, dtype: DTYPES[kindOf(info.elementType)!], flow: 'tensor' };
}

function written(
  node: OnnxNode,
  operands: readonly (Value | undefined)[],
  draft: Draft,
  graph: OnnxGraph,
  sizes: Sizes,
): readonly (Value | undefined)[] {
  const least = leastOperands(node);
  const missing = Array.from({ length: least }, (_, index) => index).find((index) => !operands[index]);
  if (missing !== undefined) throw new ImportError(`${called(node)}: it lacks its operand ${missing}`);
  const constants = operands.map((operand) => (operand?.kind === 'constant' ? operand.constant : undefined));
  const folded = operands.every((operand) => operand?.kind !== 'wire')
    ? fold(node, constants)
    : foldShape(node, operands[0] && shapeKnown(operands[0]), constants);
  if (folded) {
    draft.keep(folded);
    return [{ kind: 'constant', constant: folded }];
  }
  const known = operands.every((operand) => !operand || typeOfValue(operand));
  const operator = OPERATORS.get(node.operator);
  const results = known && operator?.({ node, draft, operatorSet: graph.operatorSet, inputs: operands });
  return results || foreign(node, operands, draft, graph, sizes);
}

function shapeKnown(value: Value): readonly number[] | undefined {
  return typeOfValue(value)?.dims;
}

/** What no node computes: a placeholder, which keeps what the file says of it. */
function foreign(
  node: OnnxNode,
  operands: readonly (Value | undefined)[],
  draft: Draft,
  graph: OnnxGraph,
  sizes: Sizes,
): readonly Value[] {
  const inputs = operands.flatMap((operand, index) =>
    operand ? [[`input_${index}`, draft.wired(operand)] as const] : [],
  );
  const params = Array.from(node.attributes, ([name, attribute]) => [name, attributeText(attribute)] as const);
  const outputs = node.outputs.map(
    (name, index) => [`output_${index}`, valueType(graph.values.get(name), sizes)] as const,
  );
  const made = draft.given({
    type: FOREIGN + node.operator,
    params: Object.fromEntries(params.filter(([name]) => name !== '__proto__')),
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
    hint: draft.place.hint,
  });
  return outputs.map(([port]) => ({ kind: 'wire', ref: { node: made, port } }));
}

/** Undefined where the file does not say all of it. */
function valueType(info: OnnxValueInfo | undefined, sizes: Sizes): PortType | undefined {
  const given = (size: number | string | null) => typeof size === 'number' || (size !== null && sizes.given.has(size));
  return info?.dims?.every(given) && kindOf(info.elementType) ? typeOf(info, sizes) : undefined;
}

/** Texts and numbers as they are; what is neither as it stands in the file, in base64. */
function attributeText(attribute: OnnxAttribute): ParameterValue {
  switch (attribute.kind) {
    case 'int':
    case 'float':
      return Number.isFinite(attribute.value) ? attribute.value : String(attribute.value);
    case 'string':
      return attribute.value;
    case 'ints':
    case 'floats':
    case 'strings':
      return attribute.value.join(', ');
    case 'tensor':
    case 'other':
      return `base64:${toBase64(attribute.bytes)}`;
    default:
      return attribute satisfies never;
  }
}

/** In pieces, as a call takes only so many arguments. */
function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 1 << 12) text += String.fromCharCode(...bytes.subarray(at, at + (1 << 12)));
  return btoa(text);
}
