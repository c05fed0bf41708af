/** How PyTorch's constructors fill their parameters, as plain data: what is drawn, and from which distribution. */
import { afterNormal, afterUniform, drawNormal, drawUniform } from './draws.ts';
import type { DrawPlace, TorchGenerator } from './generator.ts';

export type Initializer =
  /** On [low, high), as `Tensor.uniform_`. */
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly std: number }
  /** Draws nothing. */
  | { readonly kind: 'constant'; readonly value: number };

/** `nn.Linear`: weight, then bias; both uniform within ±1/√in_features. */
export function linearInitializers(inFeatures: number): { readonly weight: Initializer; readonly bias: Initializer } {
  return { weight: symmetric(kaimingBound(inFeatures)), bias: symmetric(1 / Math.sqrt(inFeatures)) };
}

/** `nn.Conv2d` with square kernels: as a linear layer over channels · kernel². */
export function convolutionInitializers(
  inChannels: number,
  kernelSize: number,
): { readonly weight: Initializer; readonly bias: Initializer } {
  return linearInitializers(inChannels * kernelSize * kernelSize);
}

/** `nn.Embedding`: standard normal. */
export const EMBEDDING_INITIALIZER: Initializer = { kind: 'normal', mean: 0, std: 1 };

/** `nn.LayerNorm`: ones and zeros, nothing drawn. */
export const NORM_INITIALIZERS: { readonly weight: Initializer; readonly bias: Initializer } = {
  weight: { kind: 'constant', value: 1 },
  bias: { kind: 'constant', value: 0 },
};

/**
 * `kaiming_uniform_(a=√5)`: gain √(2/(1+a²)), std gain/√fan_in, bound √3·std. In exact numbers 1/√fan_in; written as
 * PyTorch computes it, since the last bit counts.
 */
function kaimingBound(fanIn: number): number {
  const gain = Math.sqrt(2 / (1 + Math.sqrt(5) ** 2));
  return Math.sqrt(3) * (gain / Math.sqrt(fanIn));
}

function symmetric(bound: number): Initializer {
  return { kind: 'uniform', low: -bound, high: bound };
}

/** `count` float32 values, drawn where the generator stands. */
export function draw(generator: TorchGenerator, count: number, initializer: Initializer): Float32Array {
  switch (initializer.kind) {
    case 'uniform':
      return drawUniform(generator, count, initializer.low, initializer.high);
    case 'normal':
      return drawNormal(generator, count, initializer.mean, initializer.std);
    case 'constant':
      return new Float32Array(count).fill(initializer.value);
    default:
      return initializer satisfies never;
  }
}

/** Where the generator stands after `draw` of `count` values from this place, without drawing. */
export function advance(place: DrawPlace, initializer: Initializer, count: number): DrawPlace {
  switch (initializer.kind) {
    case 'uniform':
      return afterUniform(place, count);
    case 'normal':
      return afterNormal(place, count);
    case 'constant':
      return place;
    default:
      return initializer satisfies never;
  }
}
