/** Makes records of elementwise ops: one number per element from the operands' numbers at the same place. */
import { elementCount, type DType, type TensorType } from '../ir/types.ts';
import { checkCount, checkDType, checkSame } from './checks.ts';
import { onnxElementwise, type WriteOnnx } from './onnx.ts';
import type { HostTensor, OpRecord } from './record.ts';

interface ElementwiseParts {
  readonly name: string;
  readonly summary: string;
  /** The operator of ONNX that does the same, or how it is written there. */
  readonly onnx: string | WriteOnnx;
  /** Dtypes of the operands. */
  readonly dtypes: readonly DType[];
  /** WGSL functions that `wgsl` calls. */
  readonly functions?: Readonly<Record<string, string>>;
  /** Floating point operations per element; 1 unless said. */
  readonly cost?: number;
}

interface UnaryParts extends ElementwiseParts {
  readonly compute: (x: number, dtype: DType) => number;
  readonly wgsl: (x: string, dtype: DType) => string;
}

interface BinaryParts extends ElementwiseParts {
  /** Absent: as the operands. */
  readonly result?: DType;
  readonly compute: (a: number, b: number, dtype: DType) => number;
  readonly wgsl: (a: string, b: string, dtype: DType) => string;
}

/** y[i] = f(x[i]), of the operand's dtype. */
export function unaryOp(parts: UnaryParts): OpRecord {
  return {
    name: parts.name,
    summary: parts.summary,
    attributes: {},
    wgsl: {
      kind: 'expression',
      emit: ([x], _attributes, dtype) => parts.wgsl(x!, dtype),
      ...(parts.functions && { functions: parts.functions }),
    },
    onnx: onnxOf(parts.onnx),
    infer(inputs) {
      checkCount(inputs, ['x']);
      checkDType(inputs[0]!, 'x', parts.dtypes);
      return [inputs[0]!];
    },
    evaluate: ([x]) => [mapUnary(x!, x!.dtype, parts.compute)],
    flops: ([x]) => elementCount(x!.shape) * (parts.cost ?? 1),
  };
}

/** y[i] = f(a[i], b[i]); operands of equal shape and dtype. */
export function binaryOp(parts: BinaryParts): OpRecord {
  return {
    name: parts.name,
    summary: parts.summary,
    attributes: {},
    wgsl: {
      kind: 'expression',
      emit: ([a, b], _attributes, dtype) => parts.wgsl(a!, b!, dtype),
      ...(parts.functions && { functions: parts.functions }),
    },
    onnx: onnxOf(parts.onnx, parts.result),
    infer(inputs) {
      checkCount(inputs, ['a', 'b']);
      const [a, b] = inputs as [TensorType, TensorType];
      checkDType(a, 'a', parts.dtypes);
      checkSame(a, 'a', b, 'b');
      return [{ dtype: parts.result ?? a.dtype, shape: a.shape }];
    },
    evaluate([a, b]) {
      const { dtype } = a!;
      const { compute } = parts;
      const data = new Float64Array(a!.data.length);
      for (let i = 0; i < data.length; i++) data[i] = compute(a!.data[i]!, b!.data[i]!, dtype);
      return [{ dtype: parts.result ?? dtype, shape: a!.shape, data }];
    },
    flops: ([a]) => elementCount(a!.shape) * (parts.cost ?? 1),
  };
}

function onnxOf(onnx: string | WriteOnnx, result?: DType): WriteOnnx {
  return typeof onnx === 'string' ? onnxElementwise(onnx, result) : onnx;
}

/** A tensor of the same shape with every number replaced. */
export function mapUnary(x: HostTensor, dtype: DType, compute: (x: number, dtype: DType) => number): HostTensor {
  const data = new Float64Array(x.data.length);
  for (let i = 0; i < data.length; i++) data[i] = compute(x.data[i]!, x.dtype);
  return { dtype, shape: x.shape, data };
}

/** A call of a WGSL function over f32 that also serves f16. */
export function wgslCall(name: string, x: string, dtype: DType): string {
  return dtype === 'f16' ? `f16(${name}(f32(${x})))` : `${name}(${x})`;
}
