import { expect, test } from 'vitest';
import { createBuilder } from './ops/create-builder.ts';
import { checkOperations, checkPlan, inWords } from './memory-need.ts';
import { compile } from './compile.ts';
import type { Graph } from './ir/types.ts';
import { MemoryError } from './runtime/errors.ts';
import type { DeviceLimits } from './runtime/types.ts';

const LIMITS: DeviceLimits = {
  maxStorageBufferBindingSize: 2 ** 31,
  maxBufferSize: 2 ** 31,
  maxComputeWorkgroupsPerDimension: 65535,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16384,
  minStorageBufferOffsetAlignment: 256,
};

/** A small product, and one whose result is [rows, rows]. */
function graphOf(rows: number): Graph {
  const builder = createBuilder();
  const input = (name: string, shape: readonly number[]) =>
    builder.emit('input', [], { name, key: name, dtype: 'f32', shape });
  const [column, row] = [input('column', [rows, 4]), input('row', [4, rows])];
  builder.origin = 'small';
  const small = builder.emit('matmul', [row, column]);
  builder.origin = 'large';
  const large = builder.emit('matmul', [column, row]);
  const again = builder.emit('matmul', [large, column]);
  builder.output('y', builder.emit('matmul', [again, small]), 'output');
  return builder.build();
}

test('the operation that needs more than there is is named, with what it needs and what there is', () => {
  const limit = { bytes: 2 ** 32, of: 'ONNX Runtime in a browser' };
  expect(() => checkOperations(graphOf(1024), 4, limit)).not.toThrow();
  expect(() => checkOperations(graphOf(40_000), 4, limit)).toThrow(MemoryError);
  expect(() => checkOperations(graphOf(40_000), 4, limit)).toThrow(
    /^large: it needs 6\.0 GiB at once, .*ONNX Runtime in a browser has 4\.0 GiB/,
  );
});

test('a plan that needs more than there is names the node that needs the most', () => {
  const plan = compile(graphOf(4096), { limits: LIMITS, tuning: { adapter: '', matmul: {} }, keep: 'outputs' });
  expect(() => checkPlan(plan, { bytes: 2 ** 30, of: 'this machine' })).not.toThrow();
  expect(() => checkPlan(plan, { bytes: 2 ** 25, of: 'this machine' })).toThrow(
    /needs .* of memory \(weights 0 bytes, values on the way 64\..* MiB, values that are kept .*\), the most at once at large .*this machine has 32\.0 MiB/,
  );
});

test('an allocation that failed is told with its node; another error stays what it is', () => {
  const failures = [
    () => new ArrayBuffer(2 ** 53 - 1),
    () => new Float64Array(2 ** 53 - 1),
    () => {
      throw new Error('std::bad_alloc');
    },
  ];
  for (const fail of failures) {
    let thrown: unknown;
    try {
      fail();
    } catch (error) {
      thrown = error;
    }
    expect(inWords(thrown, 'blocks.0.attention', 3 * 2 ** 30)).toMatchObject({
      name: 'MemoryError',
      message: expect.stringMatching(/^blocks\.0\.attention: there is no memory left .* 3\.0 GiB/),
    });
  }
  const other = new RangeError('nothing at index 3');
  expect(inWords(other, 'x', 4)).toBe(other);
});
