/**
 * A model as the bytes of a .onnx file. Messages come from onnx-buf; the two levels above the tensors are framed here,
 * so that parameters go out one after the other and are never all in memory.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  AttributeProto_AttributeType,
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  type TensorProto,
} from 'onnx-buf';
import { elementCount } from '../../gpu/ir/types.ts';
import { numberToHalf } from '../../graph/formats/half.ts';
import type { OnnxAttribute, OnnxDType } from '../../gpu/ops/onnx.ts';
import { ELEMENT_TYPES } from './draft.ts';
import { IR_VERSION, OPERATOR_SET, type OnnxInitializer, type OnnxModel, type OnnxPort } from './model.ts';

/** Fields of the messages that are framed here. */
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_RAW_DATA = 9;

/** Words of a parameter by its path in the state_dict. */
export type ReadWeight = (path: string) => Promise<Uint8Array>;

/** Where parameters lie when they are not in the model's own file. */
export interface ExternalData {
  /** Beside the model. */
  readonly file: string;
  /** By path in the state_dict. */
  readonly offsets: ReadonlyMap<string, number>;
}

export interface EncodeOptions {
  /** The graph's name. */
  readonly name: string;
  readonly external?: ExternalData;
}

/**
 * The file in pieces.
 * @throws what `read` throws.
 */
export async function* encodeModel(
  model: OnnxModel,
  { name, external }: EncodeOptions,
  read: ReadWeight,
): AsyncGenerator<Uint8Array> {
  const graph = graphBytes(model, name);
  const tensors = model.initializers.map((initializer) => tensorFrame(initializer, external));
  const size = tensors.reduce((sum, { head, rest }) => sum + head.byteLength + rest, graph.byteLength);
  yield modelBytes();
  yield new BinaryWriter().tag(MODEL_GRAPH, WireType.LengthDelimited).uint64(BigInt(size)).finish();
  yield graph;
  for (const { head, rest, path } of tensors) {
    yield head;
    if (path === undefined) continue;
    const words = await read(path);
    if (words.byteLength !== rest) throw new Error(`${path} has ${words.byteLength} bytes, not ${rest}`);
    yield words;
  }
}

function modelBytes(): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      producerName: 'Patchbay',
      opsetImport: [{ domain: '', version: BigInt(OPERATOR_SET) }],
    }),
  );
}

/** The graph but for its initializers. */
function graphBytes({ inputs, outputs, values, nodes }: OnnxModel, name: string): Uint8Array {
  return toBinary(
    GraphProtoSchema,
    create(GraphProtoSchema, {
      name: name.toWellFormed() || 'graph',
      input: inputs.map(portMessage),
      output: outputs.map(portMessage),
      valueInfo: values.map(portMessage),
      node: nodes.map(({ operator, name, inputs, outputs, attributes }) => ({
        opType: operator,
        name,
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...attributeValue(value) })),
      })),
    }),
  );
}

function portMessage({ name, dtype, dims }: OnnxPort) {
  const dim = dims.map((size) => ({
    value:
      typeof size === 'string'
        ? { case: 'dimParam' as const, value: size }
        : { case: 'dimValue' as const, value: BigInt(size) },
  }));
  return {
    name,
    type: { value: { case: 'tensorType' as const, value: { elemType: ELEMENT_TYPES[dtype], shape: { dim } } } },
  };
}

function attributeValue(value: OnnxAttribute) {
  if (typeof value === 'number') return { type: AttributeProto_AttributeType.INT, i: BigInt(value) };
  if (typeof value === 'string') {
    return { type: AttributeProto_AttributeType.STRING, s: new TextEncoder().encode(value) };
  }
  if ('float' in value) return { type: AttributeProto_AttributeType.FLOAT, f: value.float };
  return { type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) };
}

interface TensorFrame {
  readonly head: Uint8Array;
  /** Bytes that follow the head: those of the parameter at `path`. */
  readonly rest: number;
  readonly path?: string;
}

/** An initializer with its numbers, or up to where those of a parameter begin. */
function tensorFrame({ name, dtype, dims, from }: OnnxInitializer, external?: ExternalData): TensorFrame {
  const shape = { name, dataType: ELEMENT_TYPES[dtype], dims: dims.map(BigInt) };
  if (from.kind === 'numbers') {
    return whole(create(TensorProtoSchema, { ...shape, rawData: encodeNumbers(from.numbers, dtype) }));
  }
  const length = elementCount(dims) * Float32Array.BYTES_PER_ELEMENT;
  const offset = external?.offsets.get(from.path);
  if (external && offset !== undefined) {
    const entries = { location: external.file, offset: String(offset), length: String(length) };
    return whole(
      create(TensorProtoSchema, {
        ...shape,
        dataLocation: TensorProto_DataLocation.EXTERNAL,
        externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
      }),
    );
  }
  const fields = toBinary(TensorProtoSchema, create(TensorProtoSchema, shape));
  const raw = new BinaryWriter().tag(TENSOR_RAW_DATA, WireType.LengthDelimited).uint64(BigInt(length)).finish();
  return { head: framed([fields, raw], length), rest: length, path: from.path };
}

function whole(tensor: TensorProto): TensorFrame {
  return { head: framed([toBinary(TensorProtoSchema, tensor)], 0), rest: 0 };
}

/** An initializer's field with this content, of which `rest` bytes follow. */
function framed(content: readonly Uint8Array[], rest: number): Uint8Array {
  const size = content.reduce((sum, { byteLength }) => sum + byteLength, rest);
  const writer = new BinaryWriter().tag(GRAPH_INITIALIZER, WireType.LengthDelimited).uint64(BigInt(size));
  for (const bytes of content) writer.raw(bytes);
  return writer.finish();
}

/** Numbers as ONNX stores them: little-endian, a bool in a byte. */
function encodeNumbers(numbers: readonly number[], dtype: OnnxDType): Uint8Array<ArrayBuffer> {
  switch (dtype) {
    case 'f32':
      return new Uint8Array(Float32Array.from(numbers).buffer);
    case 'f16':
      return new Uint8Array(Uint16Array.from(numbers, numberToHalf).buffer);
    case 'i32':
      return new Uint8Array(Int32Array.from(numbers).buffer);
    case 'i64':
      return new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer);
    case 'bool':
      return Uint8Array.from(numbers);
    default:
      return dtype satisfies never;
  }
}
