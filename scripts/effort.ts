/** How much a test tries: `npm test` a sample, `npm run test:full` everything. */

/** Whether this is a full run. */
export const FULL = process.env['PATCHBAY_TEST'] === 'full';

/** How many random cases a property is tried on: `quick` in a usual run, ten times as many in a full one. */
export function runs(quick: number): number {
  return FULL ? 10 * quick : quick;
}
