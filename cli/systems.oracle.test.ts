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

/** A device computes the same from weights that were drawn as from those that were given: a usual run tries both ways of both at a few cases. */
const PAIRS = [
  ['reference', 'drawn'],
  ['gpu', 'given'],
] as const;
const OTHER_PAIRS = [
  ['reference', 'given'],
  ['gpu', 'drawn'],
] as const;
const ALL_WAYS = new Set([CASES[0], CASES.find(({ system }) => system === 'vlm')]);

describe.each(FULL ? [...CASES, ...FULL_CASES] : CASES)('$system, seed $seed, $sizes', (oracleCase) => {
  const { system, seed, sizes } = oracleCase;
  let golden: string;

  beforeAll(async () => {
    golden = await oracle.compute({ system, seed, sizes });
  });

  test.each(FULL || ALL_WAYS.has(oracleCase) ? [...PAIRS, ...OTHER_PAIRS] : PAIRS)(
    '%s, weights %s',
    (device, weights) => expectAgreement({ system, seed, sizes, device, weights, golden }),
  );
});
