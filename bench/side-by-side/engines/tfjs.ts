/** TensorFlow.js on its WebGPU backend, operation by operation: it has no way to compile a graph. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgpu';
import type { LeafWords } from '../../../export/target.ts';
import type { ComputedTensor } from '../../../export/values.ts';
import { elementCount, type DType, type Graph } from '../../../gpu/ir/types.ts';
import { booleanOf, dtypeOf, numberOf, numbersOf } from '../../../gpu/ops/attributes.ts';
import { adapterFacts } from '../../../gpu/runtime/device.ts';
import { adapterTitle } from '../adapter-title.ts';
import { UnsupportedError, type Engine, type Loaded } from '../engine.ts';
import { inCalls, interpret, type Call, type Calls } from '../interpret.ts';
import type { Leaf } from '../workload.ts';

const DTYPES = { f32: 'float32', i32: 'int32', bool: 'bool' } as const;

const unary =
  (call: (x: Tensor) => Tensor): Call<Tensor> =>
  ([x]) =>
    call(x!);
const binary =
  (call: (x: Tensor, y: Tensor) => Tensor): Call<Tensor> =>
  ([x, y]) =>
    call(x!, y!);
const reduction =
  (call: (typeof tf)['sum']): Call<Tensor> =>
  ([x], { attributes }) =>
    call(x!, numbersOf(attributes, 'axes'), booleanOf(attributes, 'keepdims'));

const CALLS: Calls<Tensor> = {
  literal: (_, { attributes, result }) => tf.tensor(numbersOf(attributes, 'values'), result.shape, dtype(result.dtype)),
  constant: (_, { attributes, result }) => tf.fill(result.shape, numberOf(attributes, 'value'), dtype(result.dtype)),
  iota: (_, { attributes, result }) =>
    tf.tidy(() => {
      const axis = numberOf(attributes, 'axis');
      const along = result.shape.map((size, other) => (other === axis ? size : 1));
      const range = tf.range(0, result.shape[axis]!, 1, dtype(result.dtype));
      return tf.broadcastTo(tf.reshape(range, along), result.shape);
    }),
  neg: unary(tf.neg),
  abs: unary(tf.abs),
  exp: unary(tf.exp),
  log: unary(tf.log),
  log1p: unary(tf.log1p),
  sqrt: unary(tf.sqrt),
  rsqrt: unary(tf.rsqrt),
  reciprocal: unary(tf.reciprocal),
  tanh: unary(tf.tanh),
  erf: unary(tf.erf),
  sigmoid: unary(tf.sigmoid),
  relu: unary(tf.relu),
  not: unary(tf.logicalNot),
  add: binary(tf.add),
  sub: binary(tf.sub),
  mul: binary(tf.mul),
  div: ([x, y], { result }) => {
    if (result.dtype !== 'f32') throw new UnsupportedError('whole numbers are not divided here');
    return tf.div(x!, y!);
  },
  maximum: binary(tf.maximum),
  minimum: binary(tf.minimum),
  pow: binary(tf.pow),
  equal: binary(tf.equal),
  not_equal: binary(tf.notEqual),
  less: binary(tf.less),
  less_equal: binary(tf.lessEqual),
  greater: binary(tf.greater),
  greater_equal: binary(tf.greaterEqual),
  and: binary(tf.logicalAnd),
  or: binary(tf.logicalOr),
  select: ([condition, x, y]) => tf.where(condition!, x!, y!),
  cast: ([x], { attributes }) => tf.cast(x!, dtype(dtypeOf(attributes, 'dtype'))),
  reshape: ([x], { result }) => tf.reshape(x!, result.shape),
  permute: ([x], { attributes }) => tf.transpose(x!, numbersOf(attributes, 'axes')),
  expand: ([x], { result }) => tf.broadcastTo(x!, result.shape),
  slice: ([x], { attributes }) => {
    const [starts, stops, steps] = ['starts', 'stops', 'steps'].map((name) => numbersOf(attributes, name));
    if (steps!.some((step) => step < 1)) throw new UnsupportedError('slices that go backwards have no call here');
    return tf.stridedSlice(x!, starts!, stops!, steps!);
  },
  pad: ([x], { attributes }) => {
    const [before, after] = [numbersOf(attributes, 'before'), numbersOf(attributes, 'after')];
    const margins = before.map((count, axis) => [count, after[axis]!] as const);
    return tf.pad(x!, margins, numberOf(attributes, 'value'));
  },
  concat: (xs, { attributes }) => tf.concat(xs, numberOf(attributes, 'axis')),
  gather: ([table, indices]) => tf.gather(table!, indices!),
  reduce_sum: reduction(tf.sum),
  reduce_mean: reduction(tf.mean),
  reduce_max: reduction(tf.max),
  reduce_min: reduction(tf.min),
  matmul: binary(tf.matMul),
  linear: ([x, weight, bias], { inputs, result }) =>
    tf.tidy(() => {
      const depth = inputs[0]!.shape.at(-1)!;
      const rows = tf.reshape(x!, [elementCount(inputs[0]!.shape) / depth, depth]);
      const product = tf.fused.matMul({ a: rows, b: weight!, transposeB: true, ...(bias && { bias }) });
      return tf.reshape(product, result.shape);
    }),
  softmax: ([x], { attributes, result }) => {
    const axis = numberOf(attributes, 'axis');
    if (axis !== result.shape.length - 1) throw new UnsupportedError('TensorFlow.js has softmax of the last axis');
    return tf.softmax(x!, axis);
  },
  argmax: ([x], { attributes }) => tf.argMax(x!, numberOf(attributes, 'axis')),
  top_k: ([x], { attributes }) => {
    const { values, indices } = tf.topk(x!, numberOf(attributes, 'k'));
    return [values, indices];
  },
};

/** @throws {UnsupportedError} where TensorFlow.js finds no adapter. */
export async function openTfjs(): Promise<Engine> {
  const opened = await tf.setBackend('webgpu').catch(() => false);
  if (!opened) throw new UnsupportedError('TensorFlow.js finds no WebGPU adapter');
  return {
    device: adapterTitle(adapterFacts(tf.backend().device.adapterInfo)),
    stage: async (workload) => {
      const graph = inCalls(workload.graph, Object.keys(CALLS));
      const numbers = new Map<string, LeafWords>();
      for (const { name } of workload.leaves) numbers.set(name, await workload.leaf(name));
      return () => Promise.resolve(load(graph, workload.leaves, numbers));
    },
  };
}

function load(graph: Graph, leaves: readonly Leaf[], numbers: ReadonlyMap<string, LeafWords>): Loaded {
  const tensors = new Map(
    leaves.map(({ name, type }) => [name, tf.tensor(numbers.get(name) as Float32Array, type.shape, dtype(type.dtype))]),
  );
  return {
    run: async () => {
      const outputs = interpret(graph, {
        calls: CALLS,
        leaf: (name) => tensors.get(name)!,
        release: (tensor) => tensor.dispose(),
      });
      const data = await Promise.all(outputs.map((output) => output.data()));
      for (const output of new Set(outputs)) output.dispose();
      return graph.outputs.map(({ name, value }, index): ComputedTensor => ({
        name,
        type: graph.types.get(value)!,
        data: data[index] as Float32Array,
      }));
    },
    facts: {},
    dispose: () => {
      for (const tensor of tensors.values()) tensor.dispose();
      return Promise.resolve();
    },
  };
}

function dtype(of: DType): (typeof DTYPES)[keyof typeof DTYPES] {
  if (of === 'f16') throw new UnsupportedError('the bench computes in f32');
  return DTYPES[of];
}
