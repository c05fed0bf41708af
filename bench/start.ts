/**
 * How long the application takes to start, beside an empty page of Vite and React in the same shell:
 * `npm run build && npm run bench:start`; one shell alone: `npm run bench:start -- page [--rounds 9]`. DIST names another
 * folder of the built application. What is printed is kept in bench/start-results.md and .json when both shells ran.
 */
import { chromium } from '@playwright/test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { CHROMIUM_FLAGS } from '../scripts/chromium-flags.ts';
import { serve } from '../scripts/serve.ts';
import { ratioOf, told, type Pages, type Row } from './start/bench.ts';
import { page } from './start/page.ts';
import { program } from './start/program.ts';

const MEASURES: Readonly<Record<string, (pages: Pages) => Promise<readonly Row[]>>> = { page, program };
const RESULTS = join(import.meta.dirname, 'start-results');

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '9' } },
});
const [only] = positionals;
const chosen = Object.entries(MEASURES).filter(([name]) => only === undefined || name === only);
if (chosen.length === 0) throw new Error(`no measure is called ${only}: there are ${Object.keys(MEASURES).join(', ')}`);

const appFolder = process.env['DIST'] ?? join(import.meta.dirname, '../dist/renderer');
const emptyFolder = await mkdtemp(join(tmpdir(), 'patchbay-bench-'));
await build({
  configFile: false,
  logLevel: 'error',
  root: join(import.meta.dirname, 'empty-page'),
  base: './',
  // As vite.config.ts builds the application.
  build: { outDir: emptyFolder, emptyOutDir: true, target: 'es2024', modulePreload: { polyfill: false } },
});
const app = await serve({ folder: appFolder, port: 0 });
const empty = await serve({ folder: emptyFolder, port: 0 });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: CHROMIUM_FLAGS,
});
try {
  const rows: Row[] = [];
  for (const [, measure] of chosen) {
    const pages = { browser, app: app.url, empty: empty.url, appFolder, emptyFolder, rounds: Number(values.rounds) };
    for (const row of await measure(pages)) {
      process.stdout.write(`${row.what.padEnd(50)} ${told(row)}\n`);
      rows.push(row);
    }
  }
  if (only === undefined) {
    await writeFile(`${RESULTS}.md`, report(rows, browser.version()));
    await writeFile(
      `${RESULTS}.json`,
      `${JSON.stringify(
        rows.map((row) => ({ ...row, ...ratioOf(row) })),
        null,
        2,
      )}\n`,
    );
  }
} finally {
  await browser.close();
  await app.close();
  await empty.close();
  await rm(emptyFolder, { recursive: true });
}

function report(rows: readonly Row[], version: string): string {
  const [cpu] = cpus();
  return [
    '# The start, beside an empty page',
    '',
    'What must be there before a click counts: bench/start/steps.ts. `page` is a navigation in a browser that runs, with an',
    `empty cache; \`program\` the start of ${process.env['PATCHBAY_ELECTRON'] === undefined ? "Electron's stand-in (Node and Chromium)" : 'Electron'} with a new profile and a document. Times of the`,
    'main thread are since its process began, and leave out what else the machine is doing.',
    '',
    `Written by \`npm run bench:start\` on ${cpus().length} × ${cpu?.model} (load ${loadavg()[0]!.toFixed(1)}), Chromium ${version}. Medians of ${values.rounds} rounds, with the least`,
    'and the most; a ratio is that of the medians, with the least and the most of one round.',
    '',
    '| | |',
    '|---|---|',
    ...rows.map((row) => `| ${row.what} | ${told(row)} |`),
    '',
  ].join('\n');
}
