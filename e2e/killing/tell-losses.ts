/** What kills cost, as numbers that stand in the report of the test. */
import type { TestInfo } from '@playwright/test';
import type { Loss } from './kill-rounds.ts';

export function tellLosses({ annotations, title }: TestInfo, losses: readonly Loss[]): void {
  const missing = losses.map(({ missing }) => missing).toSorted((a, b) => a - b);
  const [median, worst] = [missing[missing.length >> 1], missing.at(-1)];
  const late = Math.max(...losses.map(({ late }) => late));
  const description = `${losses.length} kills; missing: of the last ${median} ms (median), ${worst} ms (worst); the machine was up to ${late} ms late`;
  annotations.push({ type: 'losses', description });
  console.log(`${title}: ${description}`);
}
