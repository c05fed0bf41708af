import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DispatchStep, Plan } from '../plan.ts';
import { Pace, SUBMISSION_MS } from './pace.ts';
import { cutPieces, wholeSteps } from './pieces.ts';

function planOf(workgroups: readonly [number, number, number], flops: number): Plan {
  const step: DispatchStep = {
    kind: 'dispatch',
    shader: 0,
    bindings: [],
    uniforms: new Uint32Array(4),
    workgroups,
    reads: [],
    writes: [],
    flops,
    bytes: 0,
    origins: [],
    shares: [],
    operations: [],
    stored: [],
    label: '',
  };
  return {
    shaders: [{ wgsl: 'text', label: '', workgroupSize: [1, 1, 1] }],
    steps: [step],
    leaves: [],
    outputs: [],
    arena: [],
    memory: { arenaBytes: 0, livePeakBytes: 0, weightBytes: 0, keptBytes: 0 },
    flops,
  };
}

describe('cutPieces', () => {
  test('pieces cover every workgroup once, in order, and only the last completes the step', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 1e9 }), ([x, y], flops) => {
        const plan = planOf([x, y, 1], flops);
        const pieces = [...cutPieces(plan, [0], new Pace(), SUBMISSION_MS)];
        const axis = y > 1 ? 1 : 0;
        let at = 0;
        for (const [index, { first, size, completes }] of pieces.entries()) {
          expect(first[axis]).toBe(at);
          expect(size[1 - axis]).toBe([x, y][1 - axis]);
          at += size[axis];
          expect(completes).toBe(index === pieces.length - 1);
        }
        expect(at).toBe([x, y][axis]);
      }),
    );
  });

  test('a piece takes no longer than a submission may, as far as workgroups allow', () => {
    const pace = new Pace();
    for (const { work } of cutPieces(planOf([1000, 1, 1], 1e9), [0], pace, SUBMISSION_MS)) {
      expect(pace.predict('text', work)).toBeLessThan(SUBMISSION_MS * 1.1);
    }
    expect([...cutPieces(planOf([2, 1, 1], 1e12), [0], pace, SUBMISSION_MS)]).toHaveLength(2);
  });

  test('what was learnt on the way counts', () => {
    const pace = new Pace();
    const pieces = cutPieces(planOf([1000, 1, 1], 1e9), [0], pace, SUBMISSION_MS);
    const before = pieces.next().value!;
    for (let i = 0; i < 20; i++) pace.learn([{ shader: 'text', work: before.work }], 3);
    const after = pieces.next().value!;
    expect(after.size[0]).toBeGreaterThan(5 * before.size[0]);
  });
});

test('wholeSteps has one piece per step', () => {
  expect(wholeSteps(planOf([7, 2, 1], 1))).toMatchObject([{ step: 0, first: [0, 0, 0], size: [7, 2, 1] }]);
});

describe('Pace', () => {
  test('learns the rate of each shader from submissions that several share', () => {
    const pace = new Pace();
    for (let i = 0; i < 50; i++) {
      pace.learn([{ shader: 'fast', work: 8e6 }], 1);
      pace.learn([{ shader: 'slow', work: 1e6 }], 2);
      pace.learn(
        [
          { shader: 'fast', work: 8e6 },
          { shader: 'slow', work: 1e6 },
        ],
        3,
      );
    }
    expect(pace.predict('fast', 8e6)).toBeCloseTo(1, 1);
    expect(pace.predict('slow', 1e6)).toBeCloseTo(2, 1);
  });

  test('no time and no work teach nothing', () => {
    const pace = new Pace();
    const before = pace.predict('text', 1e6);
    pace.learn([], 5);
    pace.learn([{ shader: 'text', work: 1e6 }], 0);
    expect(pace.predict('text', 1e6)).toBe(before);
  });
});
