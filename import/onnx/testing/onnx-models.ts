/** For tests: small ONNX models, written down in short. */
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType as Type, ModelProtoSchema, type TensorProtoSchema } from 'onnx-buf';

type TensorInit = MessageInitShape<typeof TensorProtoSchema>;

/** TensorProto.DataType. */
export const FLOAT = 1;
export const INT32 = 6;
export const INT64 = 7;
export const BOOL = 9;

export type AttributeValue = number | bigint | string | readonly bigint[] | readonly number[] | TensorInit;

export interface NodeInit {
  readonly op: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  /** A bigint is a whole number, a number a float. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly name?: string;
  readonly domain?: string;
}

/** A node of one output. */
export function node(op: string, inputs: readonly string[], output: string, more: Partial<NodeInit> = {}): NodeInit {
  return { op, inputs, outputs: [output], ...more };
}

export interface PortInit {
  readonly name: string;
  readonly type?: number;
  /** Undefined: of any number of axes. */
  readonly dims?: readonly (number | string)[] | undefined;
}

export interface ModelInit {
  readonly nodes: readonly NodeInit[];
  readonly inputs?: readonly PortInit[];
  readonly outputs?: readonly PortInit[];
  readonly initializers?: readonly TensorInit[];
  readonly values?: readonly PortInit[];
  readonly operatorSet?: number;
  readonly domains?: readonly string[];
}

export function onnxModel(init: ModelInit): Uint8Array {
  const { nodes, inputs = [], outputs = [], initializers = [], values = [], operatorSet = 17, domains = [] } = init;
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [
        { domain: '', version: BigInt(operatorSet) },
        ...domains.map((domain) => ({ domain, version: 1n })),
      ],
      graph: {
        name: 'graph',
        input: inputs.map(portOf),
        output: outputs.map(portOf),
        valueInfo: values.map(portOf),
        initializer: [...initializers],
        node: nodes.map(({ op, inputs = [], outputs = ['y'], attributes = {}, name = '', domain = '' }) => ({
          opType: op,
          name,
          domain,
          input: [...inputs],
          output: [...outputs],
          attribute: Object.entries(attributes).map(([key, value]) => ({ name: key, ...attributeOf(value) })),
        })),
      },
    }),
  );
}

function portOf({ name, type = FLOAT, dims }: PortInit) {
  const dim = dims?.map((size) => ({
    value:
      typeof size === 'string'
        ? { case: 'dimParam' as const, value: size }
        : { case: 'dimValue' as const, value: BigInt(size) },
  }));
  const tensor = { elemType: type, ...(dim && { shape: { dim } }) };
  return { name, type: { value: { case: 'tensorType' as const, value: tensor } } };
}

function attributeOf(value: AttributeValue) {
  if (typeof value === 'bigint') return { type: Type.INT, i: value };
  if (typeof value === 'number') return { type: Type.FLOAT, f: value };
  if (typeof value === 'string') return { type: Type.STRING, s: new TextEncoder().encode(value) };
  if (!Array.isArray(value)) return { type: Type.TENSOR, t: value as TensorInit };
  const list = value as readonly (number | bigint)[];
  return list.some((item) => typeof item === 'number')
    ? { type: Type.FLOATS, floats: list.map(Number) }
    : { type: Type.INTS, ints: list.map(BigInt) };
}

export function floats(name: string, dims: readonly number[], numbers: readonly number[]): TensorInit {
  const rawData = new Uint8Array(Float32Array.from(numbers).buffer);
  return { name, dims: dims.map(BigInt), dataType: FLOAT, rawData };
}

export function integers(name: string, numbers: readonly number[], dims = [numbers.length]): TensorInit {
  const rawData = new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer);
  return { name, dims: dims.map(BigInt), dataType: INT64, rawData };
}
