/**
 * How the editor holds up in large documents, measured in Chromium: `npm run build && npm run bench:editor`; one measure
 * alone: `npm run bench:editor -- gestures [--rounds 9]`. DIST names another folder of the built application.
 * All times are the main thread's own. What is printed is kept in bench/editor-results.md when all measures ran.
 */
import { chromium } from '@playwright/test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { serve } from '../scripts/serve.ts';
import type { Bench, Row } from './editor/bench.ts';
import { gestures } from './editor/gestures.ts';
import { edits, files, opening } from './editor/large.ts';

const MEASURES: Readonly<Record<string, (bench: Bench) => Promise<readonly Row[]>>> = {
  gestures,
  opening,
  edits,
  files,
};
const RESULTS = join(import.meta.dirname, 'editor-results.md');

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '9' } },
});
const [only] = positionals;
const chosen = Object.entries(MEASURES).filter(([name]) => only === undefined || name === only);
if (chosen.length === 0) throw new Error(`no measure is called ${only}: there are ${Object.keys(MEASURES).join(', ')}`);

const plainFolder = await mkdtemp(join(tmpdir(), 'patchbay-bench-'));
await build({
  configFile: false,
  logLevel: 'error',
  root: join(import.meta.dirname, 'editor-page'),
  build: { outDir: plainFolder, emptyOutDir: true, target: 'esnext' },
});
const app = await serve({ folder: process.env['DIST'] ?? join(import.meta.dirname, '../dist/renderer'), port: 0 });
const plain = await serve({ folder: plainFolder, port: 0 });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  // Pages are drawn without a GPU's software twin, which takes ten times longer; values are computed on the CPU.
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const rows: Row[] = [];
  for (const [, measure] of chosen) {
    for (const row of await measure({ browser, app: app.url, plain: plain.url, rounds: Number(values.rounds) })) {
      process.stdout.write(`${row.what.padEnd(44)} ${row.value}\n`);
      rows.push(row);
    }
  }
  if (only === undefined) await writeFile(RESULTS, report(rows, browser.version()));
} finally {
  await browser.close();
  await app.close();
  await plain.close();
  await rm(plainFolder, { recursive: true });
}

function report(rows: readonly Row[], version: string): string {
  const [cpu] = cpus();
  return [
    '# The editor in large documents',
    '',
    `Written by \`npm run bench:editor\` on ${cpus().length} × ${cpu?.model}, Chromium ${version}. Medians of ${values.rounds} rounds, with the`,
    'least and the most; times are those of the main thread.',
    '',
    '| | |',
    '|---|---|',
    ...rows.map(({ what, value }) => `| ${what} | ${value} |`),
    '',
  ].join('\n');
}
