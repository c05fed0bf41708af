import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TorchGenerator } from '../../gpu/random/generator.ts';
import { runs } from '../../scripts/effort.ts';
import golden from './golden.json' with { type: 'json' };
import { argmax, probabilities, sampleToken, SamplingError, type SamplingOptions } from './sample.ts';

const GREEDY: SamplingOptions = { temperature: 0, topK: 0, topP: 1 };
const RUNS = { numRuns: runs(200) };

const logits = fc.array(fc.float({ min: -60, max: 60, noNaN: true }), { minLength: 1, maxLength: 70 });
const options = fc.record({
  temperature: fc.double({ min: 1e-3, max: 20, noNaN: true }),
  topK: fc.nat({ max: 80 }),
  topP: fc.double({ min: 1e-6, max: 1, noNaN: true }),
});

test.for(golden.cases)(
  'seed $seed: chooses the tokens that torch.multinomial draws',
  ({ seed, logits, draws, greedy }) => {
    const generator = new TorchGenerator(seed);
    for (const { tokens, ...options } of draws) {
      expect(tokens.map(() => sampleToken(logits, options, generator))).toEqual(tokens);
    }
    expect(sampleToken(logits, GREEDY, generator)).toBe(greedy);
  },
);

test('greedy takes the first of the greatest and draws nothing', () => {
  const generator = new TorchGenerator(3);
  expect(sampleToken([1, 5, 5, -Infinity], GREEDY, generator)).toBe(1);
  expect(generator.place.word).toBe(0);
});

test('probabilities sum to 1 and are ordered as the logits are', () => {
  fc.assert(
    fc.property(logits, options, (logits, options) => {
      const p = probabilities(logits, options);
      expect(p.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
      for (const [a, left] of logits.entries()) {
        for (const [b, right] of logits.entries())
          if (left > right && p[a]! > 0) expect(p[a]).toBeGreaterThanOrEqual(p[b]!);
      }
    }),
    RUNS,
  );
});

test('top-k leaves as many as it says, and those as likely as the last', () => {
  fc.assert(
    fc.property(logits, fc.integer({ min: 1, max: 80 }), (logits, topK) => {
      const p = probabilities(logits, { temperature: 20, topK, topP: 1 });
      const sorted = logits.toSorted((a, b) => b - a);
      const least = sorted[Math.min(topK, logits.length) - 1]!;
      expect([...p].map((value) => value > 0)).toEqual(logits.map((logit) => logit >= least));
    }),
    RUNS,
  );
});

test('top-p leaves the fewest tokens that reach p', () => {
  fc.assert(
    fc.property(logits, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (logits, topP) => {
      const all = probabilities(logits, { temperature: 1, topK: 0, topP: 1 });
      const kept = probabilities(logits, { temperature: 1, topK: 0, topP });
      const mass = [...all.keys()]
        .filter((id) => kept[id]! > 0)
        .map((id) => all[id]!)
        .toSorted((a, b) => a - b);
      const sum = mass.reduce((total, value) => total + value, 0);
      expect(sum).toBeGreaterThan(topP - 1e-9);
      expect(sum - mass[0]!).toBeLessThan(topP + 1e-9);
    }),
    RUNS,
  );
});

test('what is ruled out is never chosen, and equal seeds choose equally', () => {
  fc.assert(
    fc.property(logits, options, fc.nat(), (logits, options, seed) => {
      const choose = (): number => sampleToken(logits, options, new TorchGenerator(seed));
      const id = choose();
      expect(probabilities(logits, options)[id]).toBeGreaterThan(0);
      expect(choose()).toBe(id);
      const ruledOut = [...logits, -Infinity];
      expect(sampleToken(ruledOut, options, new TorchGenerator(seed))).not.toBe(logits.length);
    }),
    RUNS,
  );
});

test('a low temperature is greedy, a single token is certain', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 1 }), fc.nat(), (logits, seed) => {
      const generator = new TorchGenerator(seed);
      expect(logits[sampleToken(logits, { temperature: 1e-12, topK: 0, topP: 1 }, generator)]).toBe(
        Math.max(...logits),
      );
      expect(sampleToken(logits, { temperature: 5, topK: 1, topP: 1e-9 }, generator)).toBe(argmax(logits));
    }),
    RUNS,
  );
});

test.for([
  ['nothing', [], /no logits/],
  ['NaN', [1, NaN], /token 1 is NaN/],
  ['an infinite logit', [Infinity, 1], /token 0 is Infinity/],
  ['all ruled out', [-Infinity, -Infinity], /every logit/],
] as const)('%s cannot be sampled', ([, logits, message]) => {
  const sample = (): number => sampleToken(logits, GREEDY, new TorchGenerator(0));
  expect(sample).toThrow(SamplingError);
  expect(sample).toThrow(message);
});
