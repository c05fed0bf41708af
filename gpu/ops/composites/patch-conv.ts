/**
 * Convolution over patches that do not overlap: `nn.Conv2d` with kernel size = stride, as patch embeddings use it
 * (Dosovitskiy et al. 2020). Pixels that fill no whole patch are left out, as there.
 */
import type { OnnxValue } from '../onnx.ts';
import { IrError } from '../../ir/errors.ts';
import { elementCount, type Attributes, type TensorType, type ValueId } from '../../ir/types.ts';
import { numberOf } from '../attributes.ts';
import { checkCount, checkDType, checkMatches, checkRank, FLOATS } from '../checks.ts';
import { addProduct, rowMajor, transposed } from '../matmul-float64.ts';
import type { Emitter, HostTensor, OpRecord } from '../record.ts';
import { finish } from '../steps.ts';

export const PATCH_CONV: OpRecord = {
  name: 'patch_conv',
  summary:
    'x[b, c, h, w] convolved with weight[o, c, stride, stride] at every stride-th pixel, plus bias[o]: [b, o, h/stride, w/stride]',
  attributes: { stride: 'integer' },
  wgsl: { kind: 'decomposed' },
  onnx(writer, operands, attributes) {
    const [x, weight] = operands as [OnnxValue, OnnxValue];
    const stride = numberOf(attributes, 'stride');
    const [batch, , height, width] = x.shape as [number, number, number, number];
    const shape = [batch, weight.shape[0]!, Math.floor(height / stride), Math.floor(width / stride)];
    const given = { kernel_shape: [stride, stride], strides: [stride, stride] };
    return [writer.node('Conv', operands, { dtype: x.dtype, shape }, given)];
  },
  infer(inputs, attributes) {
    checkCount(inputs, ['x', 'weight', 'bias'], 1);
    const [x, weight, bias] = inputs as [TensorType, TensorType, TensorType?];
    const stride = numberOf(attributes, 'stride');
    checkDType(x, 'x', FLOATS);
    checkRank(x, 'x', 4);
    checkRank(weight, 'weight', 4);
    if (stride < 1) throw new IrError(`stride is ${stride}, wanted 1 or more`);
    const [batch, channels, height, width] = x.shape as [number, number, number, number];
    const out = weight.shape[0]!;
    checkMatches(weight, 'weight', { dtype: x.dtype, shape: [out, channels, stride, stride] });
    if (bias) checkMatches(bias, 'bias', { dtype: x.dtype, shape: [out] });
    return [{ dtype: x.dtype, shape: [batch, out, Math.floor(height / stride), Math.floor(width / stride)] }];
  },
  evaluate: (inputs, attributes) => finish(convolve(inputs, attributes)),
  evaluateInSteps: convolve,
  decompose,
  flops([x, weight, bias], attributes) {
    const stride = numberOf(attributes, 'stride');
    const patches = x!.shape[0]! * Math.floor(x!.shape[2]! / stride) * Math.floor(x!.shape[3]! / stride);
    return patches * (2 * elementCount(weight!.shape) + (bias ? weight!.shape[0]! : 0));
  },
};

/** Per image: out[o, patch] = bias[o] + weight[o, c·p·p] · pixels[patch, c·p·p]ᵀ. */
function* convolve([x, weight, bias]: readonly HostTensor[], attributes: Attributes): Generator<void, HostTensor[]> {
  const stride = numberOf(attributes, 'stride');
  const [batch, channels, height, width] = x!.shape as [number, number, number, number];
  const out = weight!.shape[0]!;
  const [rows, columns] = [Math.floor(height / stride), Math.floor(width / stride)];
  const patches = rows * columns;
  const depth = channels * stride * stride;
  const data = new Float64Array(batch * out * patches);
  if (bias) for (let i = 0; i < batch * out; i++) data.fill(bias.data[i % out]!, i * patches, (i + 1) * patches);
  const pixels = new Float64Array(patches * depth);
  for (let image = 0; image < batch; image++) {
    let at = 0;
    for (let patch = 0; patch < patches; patch++) {
      const corner =
        image * channels * height * width + (Math.floor(patch / columns) * width + (patch % columns)) * stride;
      for (let c = 0; c < channels; c++) {
        for (let y = 0; y < stride; y++) {
          const from = corner + (c * height + y) * width;
          pixels.set(x!.data.subarray(from, from + stride), at);
          at += stride;
        }
      }
    }
    const right = transposed(rowMajor(pixels, depth));
    yield* addProduct(rowMajor(weight!.data, depth), right, [out, patches, depth], data, image * out * patches);
  }
  return [{ dtype: x!.dtype, shape: [batch, out, rows, columns], data }];
}

/** Patches as rows, then a linear layer; the channels move to the front last. */
function decompose(emitter: Emitter, inputs: readonly ValueId[], attributes: Attributes): ValueId[] {
  const [x, weight, ...bias] = inputs as [ValueId, ValueId, ...ValueId[]];
  const stride = numberOf(attributes, 'stride');
  const [batch, channels, height, width] = emitter.typeOf(x).shape as [number, number, number, number];
  const out = emitter.typeOf(weight).shape[0]!;
  const [rows, columns] = [Math.floor(height / stride), Math.floor(width / stride)];
  const depth = channels * stride * stride;
  const whole = emitter.emit('slice', [x], {
    starts: [0, 0, 0, 0],
    stops: [batch, channels, rows * stride, columns * stride],
    steps: [1, 1, 1, 1],
  });
  const split = emitter.emit('reshape', [whole], { shape: [batch, channels, rows, stride, columns, stride] });
  // [b, c, h, p, w, p] → [b, h, w, c, p, p]
  const gathered = emitter.emit('permute', [split], { axes: [0, 2, 4, 1, 3, 5] });
  const flat = emitter.emit('reshape', [gathered], { shape: [batch, rows * columns, depth] });
  const matrix = emitter.emit('reshape', [weight], { shape: [out, depth] });
  const y = emitter.emit('linear', [flat, matrix, ...bias]);
  const channelsFirst = emitter.emit('permute', [y], { axes: [0, 2, 1] });
  return [emitter.emit('reshape', [channelsFirst], { shape: [batch, out, rows, columns] })];
}
