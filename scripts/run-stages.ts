/**
 * Runs every stage of the tests one after the other and stops at the first that fails. `--full` asks for everything: the notebook's sizes, several
 * seeds, all random graphs and fuzz cases; it writes test-summary.md once all stages have passed. `--only NAME` runs one stage, `--from NAME` it and those after it.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readCount, STAGES } from './stages.ts';
import type { Count, Stage, StageResult } from './stages.ts';
import { summarise } from './summary.ts';
import { ensureRequirements } from './system.ts';

const { values } = parseArgs({
  options: { full: { type: 'boolean', default: false }, only: { type: 'string' }, from: { type: 'string' } },
});
process.exitCode = await runStages(select(values.only, values.from), values.full);

function select(only: string | undefined, from: string | undefined): readonly Stage[] {
  const names = STAGES.map(({ name }) => name);
  const start = only ?? from;
  if (start === undefined) return STAGES;
  const index = names.indexOf(start);
  if (index < 0) {
    console.error(`there is no stage "${start}"; there are ${names.join(', ')}`);
    process.exit(2);
  }
  return STAGES.slice(index, only === undefined ? undefined : index + 1);
}

async function runStages(stages: readonly Stage[], full: boolean): Promise<number> {
  mkdirSync('test-results', { recursive: true });
  const results: StageResult[] = [];
  for (const stage of stages) {
    console.log(`\n── ${stage.name}: ${stage.title}`);
    const result = await runStage(stage, full);
    results.push(result);
    console.log(
      `── ${stage.name}: ${describe(result.count)}, ${result.seconds.toFixed(1)} s${result.failure === undefined ? '' : ` — ${result.failure}`}`,
    );
    if (result.failure !== undefined) break;
  }
  return conclude(stages, results, full);
}

async function runStage(stage: Stage, full: boolean): Promise<StageResult> {
  const begin = performance.now();
  const elapsed = () => (performance.now() - begin) / 1000;
  const nothing: Count = { passed: 0, failed: 0, skipped: 0 };
  try {
    ensureRequirements(stage.requirements);
  } catch (error) {
    return { stage, count: nothing, seconds: elapsed(), failure: (error as Error).message };
  }
  // A report of an earlier run must not stand for one that was never written.
  if (stage.report !== undefined) rmSync(stage.report, { force: true });
  const { status, output } = await run(stage, full);
  const seconds = elapsed();
  const rerun = `alone: npm test -- --only ${stage.name}`;
  let count: Count;
  try {
    count = readCount(stage, output);
  } catch {
    return { stage, count: nothing, seconds, failure: `it ended with exit ${status} before its tests; ${rerun}` };
  }
  const failure = status === 0 ? weakness(count) : `failed with exit ${status}; what is wrong stands above; ${rerun}`;
  return failure === undefined ? { stage, count, seconds } : { stage, count, seconds, failure };
}

/** Why a stage that ended well still shows nothing. */
function weakness(count: Count): string | undefined {
  if ('checked' in count) return undefined;
  if (count.failed > 0) return `${count.failed} failed, or passed only when tried again`;
  if (count.skipped > 0) return `${count.skipped} skipped; a test that lacks something must fail and say so`;
  return count.passed === 0 ? 'it ran no test' : undefined;
}

/** Test runners write to the terminal themselves; a checker's output is read for its count, and shown where it fails. */
function run(stage: Stage, full: boolean): Promise<{ status: number; output: string }> {
  const { promise, resolve } = Promise.withResolvers<{ status: number; output: string }>();
  const [command, ...args] = stage.command;
  const quiet = stage.report === undefined;
  const child = spawn(command!, args, {
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    env: { ...process.env, ...stage.environment, ...(full ? { PATCHBAY_TEST: 'full' } : {}) },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.on('error', (error) => resolve({ status: 127, output: error.message }));
  child.on('close', (code) => {
    if (quiet && code !== 0) process.stdout.write(`${shorten(output)}\n`);
    resolve({ status: code ?? 1, output });
  });
  return promise;
}

/** tsc lists its files among its errors; nobody reads the former. */
function shorten(output: string): string {
  return output
    .split('\n')
    .filter((line) => !line.startsWith('/') && !/^[A-Z]:\//.test(line))
    .join('\n')
    .trim();
}

function conclude(stages: readonly Stage[], results: readonly StageResult[], full: boolean): number {
  const stopped = results.find(({ failure }) => failure !== undefined);
  const left = stages.slice(results.length).map(({ name }) => name);
  console.log('');
  for (const { stage, count, seconds } of results)
    console.log(`${stage.name.padEnd(8)} ${describe(count).padEnd(28)} ${seconds.toFixed(1).padStart(7)} s`);
  if (full) summarise(results.filter(({ failure }) => failure === undefined));
  if (stopped)
    console.error(
      `\nstopped at ${stopped.stage.name}: ${stopped.failure}${left.length > 0 ? ` (not run: ${left.join(', ')})` : ''}`,
    );
  let passed = 0;
  let failed = 0;
  for (const { count, failure } of results) {
    if ('passed' in count) passed += count.passed;
    // A stage that fails without a failed test, as types do, is one failure.
    failed += 'failed' in count && count.failed > 0 ? count.failed : failure === undefined ? 0 : 1;
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  return stopped === undefined ? 0 : 1;
}

function describe(count: Count): string {
  if ('checked' in count) return count.checked > 0 ? `${count.checked} files` : 'done';
  return `${count.passed} passed, ${count.failed} failed`;
}
