/** What the bench calls of jax-js, which is installed beside the bench and not with Patchbay. */
declare module '@jax-js/jax' {
  type DType = 'float32' | 'int32' | 'bool';

  /** Calls take their operands over; `ref` is one more hold on an array. */
  export class Array {
    readonly ref: this;
    readonly shape: readonly number[];
    dispose(): void;
    data(): Promise<Float32Array | Int32Array | Uint32Array>;
    reshape(shape: readonly number[]): Array;
    transpose(axes: readonly number[]): Array;
    astype(dtype: DType): Array;
    slice(...index: readonly (readonly [number, number])[]): Array;
  }

  type Unary = (x: Array) => Array;
  type Binary = (x: Array, y: Array) => Array;
  interface Reduced {
    readonly keepdims: boolean;
  }
  type Reduction = (x: Array, axes: readonly number[], options: Reduced) => Array;

  export const numpy: {
    array(
      values: Float32Array | Int32Array | readonly number[] | readonly boolean[],
      options: { readonly shape: readonly number[]; readonly dtype: DType },
    ): Array;
    full(shape: readonly number[], value: number, options: { readonly dtype: DType }): Array;
    arange(start: number, stop: number, step: number, options: { readonly dtype: DType }): Array;
    broadcastTo(x: Array, shape: readonly number[]): Array;
    concatenate(xs: readonly Array[], axis: number): Array;
    pad(x: Array, width: readonly (readonly [number, number])[]): Array;
    take(table: Array, indices: Array, axis: number): Array;
    where(condition: Array, x: Array, y: Array): Array;
    argmax(x: Array, axis: number): Array;
    readonly matmul: Binary;
    readonly negative: Unary;
    readonly absolute: Unary;
    readonly exp: Unary;
    readonly log: Unary;
    readonly log1p: Unary;
    readonly sqrt: Unary;
    readonly reciprocal: Unary;
    readonly tanh: Unary;
    readonly add: Binary;
    readonly subtract: Binary;
    readonly multiply: Binary;
    readonly trueDivide: Binary;
    readonly maximum: Binary;
    readonly minimum: Binary;
    readonly power: Binary;
    readonly equal: Binary;
    readonly notEqual: Binary;
    readonly less: Binary;
    readonly lessEqual: Binary;
    readonly greater: Binary;
    readonly greaterEqual: Binary;
    readonly logicalAnd: Binary;
    readonly logicalOr: Binary;
    readonly logicalNot: Unary;
    readonly sum: Reduction;
    readonly mean: Reduction;
    readonly max: Reduction;
    readonly min: Reduction;
  };
  export const nn: {
    readonly relu: Unary;
    readonly sigmoid: Unary;
    gelu(x: Array, options: { readonly approximate: boolean }): Array;
    softmax(x: Array, axis: number): Array;
  };
  export const lax: {
    readonly erf: Unary;
    convGeneralDilated(x: Array, weight: Array, strides: readonly number[], padding: 'VALID'): Array;
    topK(x: Array, k: number): [Array, Array];
  };
  export function init(device: 'webgpu'): Promise<readonly string[]>;
  export function defaultDevice(device: 'webgpu'): void;
  export function jit(
    run: (leaves: Readonly<Record<string, Array>>) => Array[],
  ): (leaves: Readonly<Record<string, Array>>) => Array[];
  export function getWebGPUDevice(): GPUDevice;
}
