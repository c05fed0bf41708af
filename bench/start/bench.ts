/** What the measures of the start share: two pages, one after the other in each round, and how their times are told. */

import type { Browser } from '@playwright/test';

/** What is measured: the built pages, in their folders and served under their addresses. */
export interface Pages {
  readonly browser: Browser;
  readonly app: string;
  readonly empty: string;
  readonly appFolder: string;
  readonly emptyFolder: string;
  /** How often each is started. */
  readonly rounds: number;
}

/** Milliseconds of one start, by what had come about: on the clock, or of the page's main thread. */
export type Times = Readonly<Record<string, number>>;

/** One line of what was measured: milliseconds of each round, the application's and the empty page's. */
export interface Row {
  readonly what: string;
  readonly app: readonly number[];
  readonly empty: readonly number[];
}

/** Starts each page in turn, so often; what the first start of all brings into the machine's memory is not counted. */
export async function inTurn(
  rounds: number,
  { app, empty }: { readonly app: () => Promise<Times>; readonly empty: () => Promise<Times> },
): Promise<{ readonly app: readonly Times[]; readonly empty: readonly Times[] }> {
  const times = { app: [] as Times[], empty: [] as Times[] };
  for (let round = -1; round < rounds; round++) {
    // Whoever comes second finds the machine as the other left it: they take turns.
    for (const name of round % 2 === 0 ? (['app', 'empty'] as const) : (['empty', 'app'] as const)) {
      const measured = await (name === 'app' ? app() : empty());
      if (round >= 0) times[name].push(measured);
    }
  }
  return times;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** The ratio of the medians, and the least and the most of the ratios of one round. */
export function ratioOf({ app, empty }: Row): {
  readonly ratio: number;
  readonly least: number;
  readonly most: number;
} {
  const ofRounds = app.map((time, round) => time / empty[round]!);
  return { ratio: median(app) / median(empty), least: Math.min(...ofRounds), most: Math.max(...ofRounds) };
}

/** `512 (480 … 610) ms, empty 300 (290 … 330) ms, ratio 1.71 (1.55 … 2.03)` */
export function told(row: Row): string {
  const { ratio, least, most } = ratioOf(row);
  const ms = (values: readonly number[]): string =>
    `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)} … ${Math.max(...values).toFixed(0)}) ms`;
  return `${ms(row.app)}, empty ${ms(row.empty)}, ratio ${ratio.toFixed(2)} (${least.toFixed(2)} … ${most.toFixed(2)})`;
}
