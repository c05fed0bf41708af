/**
 * Templates against PyTorch: from the seed alone, weights are bit-equal, and outputs agree with PyTorch's float64 within
 * float32's rounding on the reference and within 5e-6 on the GPU; with PyTorch's weights given, the same.
 */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { FULL } from '../scripts/effort.ts';
import { Oracle } from '../scripts/oracle/oracle.ts';
import { CASES, FULL_CASES } from './testing/oracle-cases.ts';
import { expectAgreement } from './testing/oracle-run.ts';

let oracle: Oracle;

beforeAll(async () => {
  oracle = await Oracle.start();
});
afterAll(() => oracle?.close());

describe.each(FULL ? [...CASES, ...FULL_CASES] : CASES)('$system, seed $seed, $sizes', ({ system, seed, sizes }) => {
  let golden: string;

  beforeAll(async () => {
    golden = await oracle.compute({ system, seed, sizes });
  });

  test.each([
    ['reference', 'drawn'],
    ['reference', 'given'],
    ['gpu', 'drawn'],
    ['gpu', 'given'],
  ] as const)('%s, weights %s', (device, weights) => expectAgreement({ system, seed, sizes, device, weights, golden }));
});
