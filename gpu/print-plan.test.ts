import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from './limits.ts';
import { compile } from './compile.ts';
import type { FloatStorage } from './ir/storage.ts';
import { createBuilder } from './ops/create-builder.ts';
import { printPlan } from './print-plan.ts';

function plan(storage: FloatStorage = 'f32') {
  const builder = createBuilder();
  const x = builder.emit('input', [], { name: 'x', key: '1111aaaa', dtype: 'f32', shape: [4, 8] });
  builder.origin = 'fc';
  const weight = builder.emit('weight', [], { path: 'fc.weight', key: '1111bbbb', dtype: 'f32', shape: [6, 8] });
  const y = builder.emit('linear', [x, weight]);
  builder.origin = 'softmax';
  builder.output('probabilities', builder.emit('softmax', [y], { axis: 1 }), 'output');
  const tuning = { adapter: '', matmul: {} };
  return compile(builder.build(), { limits: DEFAULT_LIMITS, tuning, keep: 'outputs', storage, shaderF16: true });
}

test('a plan prints leaves, arena, steps and outputs', () => {
  const text = printPlan(plan());
  expect(text).toContain('plan: 2 steps, 2 shaders');
  expect(text).toContain('1111aa = input x: f32[4, 8]');
  expect(text).toContain('a0: 256 B');
  expect(text).toMatch(
    / 0 {2}a0\+0:256 = matmul\(1111aa, 1111bb\) {2}shader 0, 1 groups of 16×1×1, 0\.0 MFLOP {2}# fc/,
  );
  expect(text).toMatch(/ 1 {2}[0-9a-f]{6} = softmax\(a0\+0:256\)/);
  expect(text).toContain(
    '    0  matmul of fc\n       stores a0+0:256: read by softmax of softmax: softmax takes it from',
  );
  expect(text).toMatch(/ 1 {2}softmax of softmax\n {7}stores [0-9a-f]{6}: an output\n/);
  expect(text).toMatch(/output probabilities: f32\[4, 6\] at [0-9a-f]{6}\n/);
  expect(text).not.toContain('fn main');
});

test('and its shaders where asked', () => {
  expect(printPlan(plan(), { withShaders: true }).match(/fn main/g)).toHaveLength(2);
});

test('what is f16 in memory is said of every leaf and place', () => {
  const text = printPlan(plan('f16'));
  expect(text).toContain('1111bb = weight fc.weight: f32[6, 8] as f16');
  expect(text).toMatch(/ a0\+0:256 as f16 = matmul\(1111aa, 1111bb as f16\)/);
  expect(text).toContain('stores a0+0:256 as f16: ');
  expect(text).toMatch(/output probabilities: f32\[4, 6\] at [0-9a-f]{6}\n/);
});
