/** Places in the draw: reached without drawing, kept, restored. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawUniform } from './draws.ts';
import { START, TorchGenerator, type DrawPlace } from './generator.ts';
import { advance, draw, type Initializer } from './initializers.ts';

const initializer: fc.Arbitrary<Initializer> = fc.constantFrom<Initializer>(
  { kind: 'uniform', low: -1, high: 2 },
  { kind: 'normal', mean: 0.5, std: 2 },
  { kind: 'constant', value: 3 },
);
const count = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 600, max: 1300 }));
const draws = fc.array(fc.tuple(initializer, count), { maxLength: 12 });
const seeds = fc.integer({ min: 0, max: 2 ** 33 });

test('the place after a draw is known without drawing', () => {
  fc.assert(
    fc.property(seeds, draws, (seed, list) => {
      const generator = new TorchGenerator(seed);
      let place: DrawPlace = START;
      for (const [initializer, count] of list) {
        draw(generator, count, initializer);
        place = advance(place, initializer, count);
        expect(generator.place).toEqual(place);
      }
    }),
  );
});

test('from a seed and a place come the same numbers, whatever was drawn before', () => {
  fc.assert(
    fc.property(seeds, draws, draws, (seed, before, elsewhere) => {
      const generator = new TorchGenerator(seed);
      for (const [initializer, count] of before) draw(generator, count, initializer);
      const { place } = generator;
      const wanted = [...draw(generator, 5, { kind: 'normal', mean: 0, std: 1 }), ...drawUniform(generator, 3)];
      const other = new TorchGenerator(seed);
      for (const [initializer, count] of elsewhere) draw(other, count, initializer);
      other.moveTo(place);
      expect(other.place).toEqual(place);
      expect([...draw(other, 5, { kind: 'normal', mean: 0, std: 1 }), ...drawUniform(other, 3)]).toEqual(wanted);
      const anew = TorchGenerator.at(seed, place);
      expect([...draw(anew, 5, { kind: 'normal', mean: 0, std: 1 }), ...drawUniform(anew, 3)]).toEqual(wanted);
    }),
  );
});

test('a snapshot is a value: later draws leave it alone, and restoring continues from it', () => {
  fc.assert(
    fc.property(seeds, draws, draws, (seed, before, after) => {
      const generator = new TorchGenerator(seed);
      for (const [initializer, count] of before) draw(generator, count, initializer);
      const state = structuredClone(generator.snapshot());
      const wanted = after.map(([initializer, count]) => draw(generator, count, initializer));
      const restored = TorchGenerator.restored(state);
      expect(after.map(([initializer, count]) => draw(restored, count, initializer))).toEqual(wanted);
    }),
  );
});

test('skipping is as drawing and forgetting', () => {
  for (const count of [0, 1, 623, 624, 625, 1248, 100_000]) {
    const [drawn, skipped] = [new TorchGenerator(1), new TorchGenerator(1)];
    for (let i = 0; i < count; i++) drawn.word();
    skipped.skip(count);
    expect(skipped.word()).toBe(drawn.word());
  }
});

test('a seed that is no integer is refused', () => {
  expect(() => new TorchGenerator(0.5)).toThrow(RangeError);
  expect(() => new TorchGenerator(Number.NaN)).toThrow(RangeError);
});
