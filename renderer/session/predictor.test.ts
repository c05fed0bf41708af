import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guessedRates, learn, predictSeconds } from './predictor.ts';

const software = guessedRates({ kind: 'gpu', software: true });

test('a ViT of notebook size is not started by itself on a software adapter, a small one is', () => {
  expect(predictSeconds({ steps: 90, flops: 8.7e9 }, software)).toBeGreaterThan(1);
  expect(predictSeconds({ steps: 120, flops: 2e8 }, software)).toBeLessThan(1);
});

test('nothing to do takes no time', () => {
  expect(predictSeconds({ steps: 0, flops: 0 }, software)).toBe(0);
});

test('predictions follow any device, whatever is guessed first', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e8, max: 1e13, noNaN: true }),
      fc.double({ min: 1e-5, max: 5e-3, noNaN: true }),
      (rate, overhead) => {
        const truth = { rate, overhead };
        const works = [
          { steps: 100, flops: 1e7 },
          { steps: 100, flops: 1e10 },
        ];
        let rates = software;
        for (let run = 0; run < 200; run++) {
          for (const work of works) rates = learn(rates, work, predictSeconds(work, truth));
        }
        for (const work of works) {
          const ratio = predictSeconds(work, rates) / predictSeconds(work, truth);
          expect(ratio).toBeGreaterThan(0.5);
          expect(ratio).toBeLessThan(2);
        }
      },
    ),
  );
});
