/** What the bench calls of TensorFlow.js, which is installed beside the bench and not with Patchbay. */
declare module '@tensorflow/tfjs-core' {
  type DType = 'float32' | 'int32' | 'bool';

  export interface Tensor {
    readonly shape: number[];
    dispose(): void;
    data(): Promise<Float32Array | Int32Array | Uint8Array>;
    clone(): Tensor;
  }

  type Unary = (x: Tensor) => Tensor;
  type Binary = (x: Tensor, y: Tensor) => Tensor;
  type Reduction = (x: Tensor, axes: readonly number[], keepdims: boolean) => Tensor;

  export function tensor(
    values: Float32Array | Int32Array | readonly number[],
    shape: readonly number[],
    dtype: DType,
  ): Tensor;
  export function reshape(x: Tensor, shape: readonly number[]): Tensor;
  export function fill(shape: readonly number[], value: number, dtype: DType): Tensor;
  export function range(start: number, stop: number, step: number, dtype: DType): Tensor;
  export function tidy<T>(run: () => T): T;
  export function matMul(x: Tensor, y: Tensor, transposeX?: boolean, transposeY?: boolean): Tensor;
  export function transpose(x: Tensor, axes: readonly number[]): Tensor;
  export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor;
  export function stridedSlice(
    x: Tensor,
    begin: readonly number[],
    end: readonly number[],
    steps: readonly number[],
  ): Tensor;
  export function pad(x: Tensor, margins: readonly (readonly [number, number])[], value: number): Tensor;
  export function concat(xs: readonly Tensor[], axis: number): Tensor;
  export function gather(table: Tensor, indices: Tensor): Tensor;
  export function where(condition: Tensor, x: Tensor, y: Tensor): Tensor;
  export function cast(x: Tensor, dtype: DType): Tensor;
  export function softmax(x: Tensor, axis: number): Tensor;
  export function argMax(x: Tensor, axis: number): Tensor;
  export function topk(x: Tensor, k: number): { readonly values: Tensor; readonly indices: Tensor };
  export const neg: Unary;
  export const abs: Unary;
  export const exp: Unary;
  export const log: Unary;
  export const log1p: Unary;
  export const sqrt: Unary;
  export const rsqrt: Unary;
  export const reciprocal: Unary;
  export const tanh: Unary;
  export const erf: Unary;
  export const sigmoid: Unary;
  export const relu: Unary;
  export const logicalNot: Unary;
  export const add: Binary;
  export const sub: Binary;
  export const mul: Binary;
  export const div: Binary;
  export const maximum: Binary;
  export const minimum: Binary;
  export const pow: Binary;
  export const equal: Binary;
  export const notEqual: Binary;
  export const less: Binary;
  export const lessEqual: Binary;
  export const greater: Binary;
  export const greaterEqual: Binary;
  export const logicalAnd: Binary;
  export const logicalOr: Binary;
  export const sum: Reduction;
  export const mean: Reduction;
  export const max: Reduction;
  export const min: Reduction;
  export const fused: {
    matMul(given: {
      readonly a: Tensor;
      readonly b: Tensor;
      readonly transposeB: boolean;
      readonly bias?: Tensor;
    }): Tensor;
  };
  export function setBackend(name: 'webgpu'): Promise<boolean>;
  export function backend(): { readonly device: GPUDevice };
}

declare module '@tensorflow/tfjs-backend-webgpu';
