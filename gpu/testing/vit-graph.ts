/** A Vision Transformer as IR, at any size, with made-up weights: the workload of benchmarks and of tests of the compiler. */
import type { Builder } from '../ir/builder.ts';
import type { Graph, ValueId } from '../ir/types.ts';
import { binary, broadcastTo } from '../ops/broadcast.ts';
import { createBuilder } from '../ops/create-builder.ts';
import type { PlanLeaf } from '../plan.ts';

export interface VitSizes {
  readonly batch: number;
  readonly imageSize: number;
  readonly patchSize: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
}

/** ViT-B's width at 224 pixels with 3 blocks: 8.7 GFLOP. */
export const NOTEBOOK_SIZES: VitSizes = { batch: 1, imageSize: 224, patchSize: 16, width: 768, depth: 3, heads: 12 };

const CHANNELS = 3;
const MLP_RATIO = 4;

/** @param taps Look at the attention weights of every block as well. */
export function vitGraph(sizes: VitSizes, taps = false): Graph {
  const builder = createBuilder();
  const { batch, imageSize, patchSize, width, depth } = sizes;
  const side = Math.floor(imageSize / patchSize);
  builder.origin = 'pixel_values';
  const pixels = builder.emit('input', [], {
    name: 'pixel_values',
    key: `pixels ${batch} ${imageSize}`,
    dtype: 'f32',
    shape: [batch, CHANNELS, imageSize, imageSize],
  });
  builder.origin = 'embeddings';
  const kernel = weight(builder, 'embeddings.patch_embedding.weight', [width, CHANNELS, patchSize, patchSize]);
  const bias = weight(builder, 'embeddings.patch_embedding.bias', [width]);
  const patches = builder.emit('patch_conv', [pixels, kernel, bias], { stride: patchSize });
  const flat = builder.emit('reshape', [patches], { shape: [batch, width, side * side] });
  const tokens = builder.emit('permute', [flat], { axes: [0, 2, 1] });
  const positions = weight(builder, 'embeddings.position_embedding.weight', [side * side, width]);
  let x = builder.emit('add', [tokens, broadcastTo(builder, positions, [batch, side * side, width])]);
  for (let index = 0; index < depth; index++) x = block(builder, x, `blocks.${index}`, sizes, taps);
  builder.origin = 'norm';
  builder.output('features', layerNorm(builder, x, 'norm', width), 'output');
  return builder.build();
}

/** Numbers in about ±0.07, the same for the same leaf. */
export function vitLeaf({ type, name }: PlanLeaf): Promise<Uint8Array> {
  let state = 7;
  for (let i = 0; i < name.length; i++) state = (state * 31 + name.charCodeAt(i)) | 0;
  const count = type.shape.reduce((product, size) => product * size, 1);
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    numbers[i] = state / 2 ** 31 / 14;
  }
  return Promise.resolve(new Uint8Array(numbers.buffer));
}

function block(builder: Builder, x: ValueId, path: string, sizes: VitSizes, taps: boolean): ValueId {
  const { width } = sizes;
  builder.origin = `${path}.norm1`;
  const attended = attention(builder, layerNorm(builder, x, `${path}.norm1`, width), `${path}.attention`, sizes, taps);
  builder.origin = `${path}.add`;
  const middle = binary(builder, 'add', x, attended);
  builder.origin = `${path}.norm2`;
  const normal = layerNorm(builder, middle, `${path}.norm2`, width);
  builder.origin = `${path}.mlp`;
  const hidden = builder.emit('gelu', [linear(builder, normal, `${path}.mlp.fc1`, width, MLP_RATIO * width)]);
  const mixed = linear(builder, hidden, `${path}.mlp.fc2`, MLP_RATIO * width, width);
  return binary(builder, 'add', middle, mixed);
}

function attention(builder: Builder, x: ValueId, path: string, sizes: VitSizes, taps: boolean): ValueId {
  const { width, heads } = sizes;
  const [batch, length] = builder.typeOf(x).shape as [number, number, number];
  builder.origin = path;
  const [q, k, v] = (['q_proj', 'k_proj', 'v_proj'] as const).map((name) => {
    const projected = linear(builder, x, `${path}.${name}`, width, width);
    const split = builder.emit('reshape', [projected], { shape: [batch, length, heads, width / heads] });
    return builder.emit('permute', [split], { axes: [0, 2, 1, 3] });
  }) as [ValueId, ValueId, ValueId];
  const scale = (width / heads) ** -0.5;
  const [output, weights] = builder.emitAll('attention', [q, k, v], { scale }) as [ValueId, ValueId];
  if (taps) builder.output(`${path}.attention_weights`, weights, 'tap');
  const joined = builder.emit('permute', [output], { axes: [0, 2, 1, 3] });
  return linear(
    builder,
    builder.emit('reshape', [joined], { shape: [batch, length, width] }),
    `${path}.out_proj`,
    width,
    width,
  );
}

function linear(builder: Builder, x: ValueId, path: string, inputs: number, outputs: number): ValueId {
  return builder.emit('linear', [
    x,
    weight(builder, `${path}.weight`, [outputs, inputs]),
    weight(builder, `${path}.bias`, [outputs]),
  ]);
}

function layerNorm(builder: Builder, x: ValueId, path: string, width: number): ValueId {
  const affine = [weight(builder, `${path}.weight`, [width]), weight(builder, `${path}.bias`, [width])];
  return builder.emit('layer_norm', [x, ...affine], { epsilon: 1e-5 });
}

function weight(builder: Builder, path: string, shape: readonly number[]): ValueId {
  return builder.emit('weight', [], { path, key: `${path} ${shape.join(' ')}`, dtype: 'f32', shape });
}
