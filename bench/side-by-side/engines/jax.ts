/** jax-js on WebGPU: the whole graph as one function under `jit`. */
import { type Array, defaultDevice, getWebGPUDevice, init, jit, lax, nn, numpy as np } from '@jax-js/jax';
import type { ComputedTensor } from '../../../export/values.ts';
import type { DType } from '../../../gpu/ir/types.ts';
import { numberOf, numbersOf, booleanOf, dtypeOf } from '../../../gpu/ops/attributes.ts';
import { adapterFacts } from '../../../gpu/runtime/device.ts';
import { adapterTitle } from '../adapter-title.ts';
import { UnsupportedError, type Engine, type Loaded } from '../engine.ts';
import { inCalls, interpret, type Call, type Calls } from '../interpret.ts';
import type { Workload } from '../workload.ts';

const DTYPES = { f32: 'float32', i32: 'int32', bool: 'bool' } as const;

const unary =
  (call: (x: Array) => Array): Call<Array> =>
  ([x]) =>
    call(x!);
const binary =
  (call: (x: Array, y: Array) => Array): Call<Array> =>
  ([x, y]) =>
    call(x!, y!);
const reduction =
  (call: (typeof np)['sum']): Call<Array> =>
  ([x], { attributes }) =>
    call(x!, numbersOf(attributes, 'axes'), { keepdims: booleanOf(attributes, 'keepdims') });

const CALLS: Calls<Array> = {
  literal: (_, { attributes, result }) =>
    np.array(numbersOf(attributes, 'values'), { shape: result.shape, dtype: dtype(result.dtype) }),
  constant: (_, { attributes, result }) =>
    np.full(result.shape, numberOf(attributes, 'value'), { dtype: dtype(result.dtype) }),
  iota: (_, { attributes, result }) => {
    const axis = numberOf(attributes, 'axis');
    const along = result.shape.map((size, other) => (other === axis ? size : 1));
    const range = np.arange(0, result.shape[axis]!, 1, { dtype: 'int32' }).astype(dtype(result.dtype));
    return np.broadcastTo(range.reshape(along), result.shape);
  },
  neg: unary(np.negative),
  abs: unary(np.absolute),
  exp: unary(np.exp),
  log: unary(np.log),
  log1p: unary(np.log1p),
  sqrt: unary(np.sqrt),
  rsqrt: unary((x) => np.reciprocal(np.sqrt(x))),
  reciprocal: unary(np.reciprocal),
  tanh: unary(np.tanh),
  erf: unary(lax.erf),
  sigmoid: unary(nn.sigmoid),
  relu: unary(nn.relu),
  gelu: unary((x) => nn.gelu(x, { approximate: false })),
  not: unary(np.logicalNot),
  add: binary(np.add),
  sub: binary(np.subtract),
  mul: binary(np.multiply),
  div: ([x, y], { result }) => {
    if (result.dtype !== 'f32') throw new UnsupportedError('whole numbers are not divided here');
    return np.trueDivide(x!, y!);
  },
  maximum: binary(np.maximum),
  minimum: binary(np.minimum),
  pow: binary(np.power),
  equal: binary(np.equal),
  not_equal: binary(np.notEqual),
  less: binary(np.less),
  less_equal: binary(np.lessEqual),
  greater: binary(np.greater),
  greater_equal: binary(np.greaterEqual),
  and: binary(np.logicalAnd),
  or: binary(np.logicalOr),
  select: ([condition, x, y]) => np.where(condition!, x!, y!),
  cast: ([x], { attributes }) => x!.astype(dtype(dtypeOf(attributes, 'dtype'))),
  reshape: ([x], { result }) => x!.reshape(result.shape),
  permute: ([x], { attributes }) => x!.transpose(numbersOf(attributes, 'axes')),
  expand: ([x], { result }) => np.broadcastTo(x!, result.shape),
  slice: ([x], { attributes }) => {
    const [starts, stops, steps] = ['starts', 'stops', 'steps'].map((name) => numbersOf(attributes, name));
    if (steps!.some((step) => step !== 1)) throw new UnsupportedError('jax-js slices in steps of 1');
    return x!.slice(...starts!.map((from, axis) => [from, stops![axis]!] as const));
  },
  pad: ([x], { attributes }) => {
    if (numberOf(attributes, 'value') !== 0) throw new UnsupportedError('jax-js pads with zeros');
    const [before, after] = [numbersOf(attributes, 'before'), numbersOf(attributes, 'after')];
    return np.pad(
      x!,
      before.map((count, axis) => [count, after[axis]!] as const),
    );
  },
  concat: (xs, { attributes }) => np.concatenate(xs, numberOf(attributes, 'axis')),
  gather: ([table, indices]) => np.take(table!, indices!, 0),
  reduce_sum: reduction(np.sum),
  reduce_mean: reduction(np.mean),
  reduce_max: reduction(np.max),
  reduce_min: reduction(np.min),
  matmul: binary(np.matmul),
  softmax: ([x], { attributes }) => nn.softmax(x!, numberOf(attributes, 'axis')),
  patch_conv: ([x, weight, bias], { attributes, result }) => {
    const stride = numberOf(attributes, 'stride');
    const product = lax.convGeneralDilated(x!, weight!, [stride, stride], 'VALID');
    return bias ? np.add(product, np.broadcastTo(bias.reshape([1, -1, 1, 1]), result.shape)) : product;
  },
  argmax: ([x], { attributes }) => np.argmax(x!, numberOf(attributes, 'axis')),
  top_k: ([x], { attributes }) => lax.topK(x!, numberOf(attributes, 'k')),
};

/** @throws {UnsupportedError} where jax-js finds no adapter. */
export async function openJax(): Promise<Engine> {
  if (!(await init('webgpu')).includes('webgpu')) throw new UnsupportedError('jax-js finds no WebGPU adapter');
  defaultDevice('webgpu');
  return {
    device: adapterTitle(adapterFacts(getWebGPUDevice().adapterInfo)),
    stage: async (workload) => {
      const graph = inCalls(workload.graph, Object.keys(CALLS));
      const numbers = new Map<string, Awaited<ReturnType<Workload['leaf']>>>();
      for (const { name } of workload.leaves) numbers.set(name, await workload.leaf(name));
      return () => Promise.resolve(load({ ...workload, graph }, numbers));
    },
  };
}

function load(
  { graph, leaves }: Workload,
  numbers: ReadonlyMap<string, Float32Array | Int32Array | Uint32Array>,
): Loaded {
  const arrays: Record<string, Array> = {};
  for (const { name, type } of leaves) {
    arrays[name] = np.array(numbers.get(name) as Float32Array, { shape: type.shape, dtype: dtype(type.dtype) });
  }
  const compute = jit((given) => interpret(graph, { calls: CALLS, leaf: (name) => given[name]!, share: (x) => x.ref }));
  return {
    run: async () => {
      const held = Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.ref]));
      const outputs = compute(held);
      const data = await Promise.all(outputs.map((output) => output.data()));
      return graph.outputs.map(({ name, value }, index): ComputedTensor => ({
        name,
        type: graph.types.get(value)!,
        data: data[index]!,
      }));
    },
    facts: {},
    dispose: () => {
      for (const array of Object.values(arrays)) array.dispose();
      return Promise.resolve();
    },
  };
}

function dtype(of: DType): (typeof DTYPES)[keyof typeof DTYPES] {
  if (of === 'f16') throw new UnsupportedError('the bench computes in f32');
  return DTYPES[of];
}
