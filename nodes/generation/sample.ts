/**
 * The next token from one position's logits: greedy, or drawn after temperature, top-k and top-p. A draw takes the
 * same random numbers as `torch.multinomial(probabilities, 1)` on the CPU, so that equal seeds choose equal tokens.
 */
import type { TorchGenerator } from '../../gpu/random/generator.ts';

export interface SamplingOptions {
  /** 0 takes the most likely token and draws nothing; below 1 sharpens, above 1 flattens. */
  readonly temperature: number;
  /** Only so many of the most likely tokens; 0: all. */
  readonly topK: number;
  /** Only the most likely tokens that together have this probability; 1: all. */
  readonly topP: number;
}

/** Logits that no token can be chosen from. */
export class SamplingError extends Error {
  override readonly name = 'SamplingError';
}

/**
 * The id of the next token.
 * @param logits one per token of the vocabulary; −∞ rules a token out.
 * @throws {SamplingError} if a logit is NaN or +∞, or all are ruled out.
 */
export function sampleToken(logits: ArrayLike<number>, options: SamplingOptions, generator: TorchGenerator): number {
  const best = argmax(logits);
  checkLogits(logits, best);
  if (options.temperature === 0) return best;
  return drawFrom(probabilities(logits, options), generator);
}

/** The first of the greatest, as `torch.argmax` gives it. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}

function checkLogits(logits: ArrayLike<number>, best: number): void {
  if (logits.length === 0) throw new SamplingError('there are no logits to choose from');
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (Number.isNaN(logit) || logit === Infinity) {
      throw new SamplingError(`the logit of token ${id} is ${logit}: no token can be chosen`);
    }
  }
  if (logits[best] === -Infinity) throw new SamplingError('every logit is −Infinity: no token can be chosen');
}

/**
 * softmax(logits / temperature) over the tokens that top-k and then top-p leave, 0 for the others.
 *
 * Top-k keeps every token as likely as the k-th. Top-p takes tokens from the most likely on, equals in the order of
 * their ids, until their probability among what top-k left reaches p; the first always stays.
 * @param options.temperature above 0.
 */
export function probabilities(
  logits: ArrayLike<number>,
  { temperature, topK, topP }: SamplingOptions,
): Float64Array<ArrayBuffer> {
  const size = logits.length;
  const greatest = logits[argmax(logits)]!;
  const weights = new Float64Array(size);
  // Divided first: a small temperature must not make an infinite difference of two finite logits.
  for (let id = 0; id < size; id++) weights[id] = Math.exp((logits[id]! - greatest) / temperature);
  if (topK > 0 && topK < size) keepTopK(weights, logits, topK);
  normalise(weights);
  if (topP < 1) {
    keepTopP(weights, topP);
    normalise(weights);
  }
  return weights;
}

function keepTopK(weights: Float64Array, logits: ArrayLike<number>, topK: number): void {
  // By logits, not weights: those may have become equal by rounding to 0.
  const threshold = Float64Array.from(logits).sort()[logits.length - topK]!;
  for (let id = 0; id < weights.length; id++) if (logits[id]! < threshold) weights[id] = 0;
}

function keepTopP(weights: Float64Array, topP: number): void {
  // Tokens below this are together less likely than what may be left out, so that none of them is needed.
  const negligible = (1 - topP) / weights.length;
  const candidates: number[] = [];
  for (let id = 0; id < weights.length; id++) if (weights[id]! >= negligible && weights[id]! > 0) candidates.push(id);
  candidates.sort((a, b) => weights[b]! - weights[a]! || a - b);
  let sum = 0;
  let count = 0;
  while (count < candidates.length && (count === 0 || sum < topP)) sum += weights[candidates[count++]!]!;
  const kept = new Set(candidates.slice(0, count));
  for (let id = 0; id < weights.length; id++) if (!kept.has(id)) weights[id] = 0;
}

function normalise(weights: Float64Array): void {
  let sum = 0;
  for (const weight of weights) sum += weight;
  for (let id = 0; id < weights.length; id++) weights[id]! /= sum;
}

/**
 * One draw: the token for which p / q is greatest, q being exponential. This is how `torch.multinomial` draws one of
 * many (Efraimidis and Spirakis); every token takes two words, also one that is ruled out.
 */
function drawFrom(probabilities: Float64Array, generator: TorchGenerator): number {
  let best = 0;
  let bestRatio = -1;
  for (let id = 0; id < probabilities.length; id++) {
    // In float32, as torch holds both; a unit below 1 keeps the logarithm finite.
    const q = Math.fround(-Math.log1p(-generator.unit()));
    const p = Math.fround(probabilities[id]!);
    // 0 / 0 would be NaN in torch too, and is as unlikely as 2⁻⁵³: the token that is ruled out stays so.
    const ratio = p === 0 ? 0 : Math.fround(p / q);
    if (ratio > bestRatio) [best, bestRatio] = [id, ratio];
  }
  return best;
}
