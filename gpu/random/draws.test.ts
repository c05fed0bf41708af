/** Draws against PyTorch's own (golden.json, made by golden.py), bit for bit. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { drawIntegers, drawNormal, drawUniform } from './draws.ts';
import { TorchGenerator } from './generator.ts';
import golden from './golden.json' with { type: 'json' };
import {
  convolutionInitializers,
  draw,
  EMBEDDING_INITIALIZER,
  linearInitializers,
  NORM_INITIALIZERS,
  type Initializer,
} from './initializers.ts';

type Step = (typeof golden)['sequences'][number]['steps'][number];

function values(generator: TorchGenerator, { draw, count, low, high, mean, std }: Step): number[] {
  switch (draw) {
    case 'uniform':
      return [...drawUniform(generator, count, low, high)];
    case 'normal':
      return [...drawNormal(generator, count, mean, std)];
    case 'integers':
      return [...drawIntegers(generator, count, low!, high!)];
    default:
      throw new Error(`golden.json has a draw ${draw}`);
  }
}

const title = ({ draw, count }: Step): string => `${draw} ${count}`;

for (const { seed, steps } of golden.sequences) {
  test(`seed ${seed}: ${steps.map(title).join(', ')}`, () => {
    const generator = new TorchGenerator(seed);
    for (const step of steps) expect(values(generator, step)).toEqual(step.values);
  });
}

test('a million numbers and a tail have the same bits', () => {
  const digest = (numbers: Float32Array): string => createHash('sha256').update(numbers).digest('hex');
  expect({
    'normal(1000003) of seed 7': digest(drawNormal(new TorchGenerator(7), 1_000_003)),
    'uniform(1000003, -0.1, 0.3) of seed 8': digest(drawUniform(new TorchGenerator(8), 1_000_003, -0.1, 0.3)),
  }).toEqual(golden.digests);
});

test('layers are initialised as torch.nn does', () => {
  const layer = (
    seed: number,
    parameters: Record<string, readonly [Initializer, number]>,
  ): Record<string, number[]> => {
    const generator = new TorchGenerator(seed);
    return Object.fromEntries(
      Object.entries(parameters).map(([name, [initializer, count]]) => [
        name,
        [...draw(generator, count, initializer)],
      ]),
    );
  };
  const linear = linearInitializers(7);
  const wide = linearInitializers(768);
  const convolution = convolutionInitializers(3, 6);
  expect({
    'Linear(7, 5) of seed 0': layer(0, { weight: [linear.weight, 35], bias: [linear.bias, 5] }),
    'Linear(768, 3) of seed 4': layer(4, { weight: [wide.weight, 768 * 3], bias: [wide.bias, 3] }),
    'Conv2d(3, 4, 6) of seed 0': layer(0, { weight: [convolution.weight, 3 * 4 * 36], bias: [convolution.bias, 4] }),
    'Embedding(11, 65) of seed 0': layer(0, { weight: [EMBEDDING_INITIALIZER, 11 * 65] }),
    'Embedding(3, 5) of seed 0': layer(0, { weight: [EMBEDDING_INITIALIZER, 15] }),
    'LayerNorm(9) of seed 0': layer(0, { weight: [NORM_INITIALIZERS.weight, 9], bias: [NORM_INITIALIZERS.bias, 9] }),
  }).toEqual(golden.layers);
});

test('an empty range of integers is refused', () => {
  expect(() => drawIntegers(new TorchGenerator(0), 1, 5, 5)).toThrow(RangeError);
});
