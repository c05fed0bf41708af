import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../scripts/effort.ts';
import { planArena, type ArenaPlan, type ArenaStep, type ArenaValue } from './memory.ts';

const OPTIONS = { alignment: 256, maxBufferSize: 2 ** 30 };

/** A chain of steps, each of which writes one or two new values and reads some of the earlier ones. */
const program = fc
  .array(
    fc.record({
      writes: fc.integer({ min: 1, max: 2 }),
      reads: fc.array(fc.nat(), { maxLength: 3 }),
      size: fc.integer({ min: 1, max: 100_000 }),
    }),
    {
      minLength: 1,
      maxLength: 25,
    },
  )
  .map((parts) => {
    const values: ArenaValue[] = [];
    const steps = parts.map(({ writes, reads, size }): ArenaStep => {
      const known = values.length;
      const made = Array.from({ length: writes }, (_, index) => known + index);
      for (const value of made) values.push({ value, byteLength: size + value });
      return { reads: known === 0 ? [] : [...new Set(reads.map((read) => read % known))], writes: made };
    });
    return { values, steps };
  });

describe('planArena', () => {
  test('no two values that live at once overlap, and no step reads and writes one buffer', () => {
    fc.assert(
      fc.property(program, ({ values, steps }) => {
        const plan = planArena(values, steps, OPTIONS);
        expectApart(plan, values, steps);
        for (const { reads, writes } of steps) {
          const written = new Set(writes.map((value) => plan.places.get(value)!.buffer));
          for (const read of reads) expect(written.has(plan.places.get(read)!.buffer)).toBe(false);
        }
        for (const { buffer, offset, byteLength } of plan.places.values()) {
          expect(offset % 256).toBe(0);
          expect(offset + byteLength).toBeLessThanOrEqual(plan.buffers[buffer]!);
        }
        expect(plan.buffers.reduce((sum, size) => sum + size, 0)).toBeGreaterThanOrEqual(plan.livePeakBytes);
      }),
      { numRuns: runs(100) },
    );
  });

  test('the same program gets the same plan', () => {
    fc.assert(
      fc.property(program, ({ values, steps }) => {
        expect(planArena(values, steps, OPTIONS)).toEqual(planArena(values, steps, OPTIONS));
      }),
      { numRuns: runs(20) },
    );
  });

  test('a chain of equal values takes two buffers', () => {
    const values = Array.from({ length: 10 }, (_, value) => ({ value, byteLength: 1024 }));
    const steps = values.map(({ value }) => ({ reads: value === 0 ? [] : [value - 1], writes: [value] }));
    expect(planArena(values, steps, OPTIONS).buffers).toEqual([1024, 1024]);
  });

  test('no buffer grows beyond the limit', () => {
    const values = Array.from({ length: 4 }, (_, value) => ({ value, byteLength: 1024 }));
    const steps = [{ reads: [], writes: [0, 1, 2, 3] }];
    const { buffers } = planArena(values, steps, { alignment: 256, maxBufferSize: 2048 });
    expect(Math.max(...buffers)).toBe(2048);
    expect(buffers).toHaveLength(2);
  });
});

function expectApart({ places }: ArenaPlan, values: readonly ArenaValue[], steps: readonly ArenaStep[]): void {
  const alive = ({ value }: ArenaValue): [number, number] => {
    const uses = steps.flatMap(({ reads, writes }, index) =>
      reads.includes(value) || writes.includes(value) ? [index] : [],
    );
    return [Math.min(...uses), Math.max(...uses)];
  };
  for (const [index, a] of values.entries()) {
    for (const b of values.slice(index + 1)) {
      const [firstA, lastA] = alive(a);
      const [firstB, lastB] = alive(b);
      const [placeA, placeB] = [places.get(a.value)!, places.get(b.value)!];
      if (firstA > lastB || firstB > lastA || placeA.buffer !== placeB.buffer) continue;
      const apart =
        placeA.offset + placeA.byteLength <= placeB.offset || placeB.offset + placeB.byteLength <= placeA.offset;
      expect(apart).toBe(true);
    }
  }
}
