/** Writes test-summary.md: what the last full run showed of each stage, where, and how long it took. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, type } from 'node:os';
import { join } from 'node:path';
import { STAGES, type Count, type StageResult } from './stages.ts';

/** Stages may run one at a time, also beside each other in other clones: what they showed is kept until all are there. */
const FOLDER = 'test-results/full';

/** A stage that passed in a full run. */
interface Passed {
  readonly name: string;
  readonly commit: string;
  readonly count: Count;
  readonly seconds: number;
}

/** Notes stages that passed, and writes the summary once all have, on this very commit. */
export function summarise(results: readonly StageResult[]): void {
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  mkdirSync(FOLDER, { recursive: true });
  for (const { stage, count, seconds } of results) {
    const passed: Passed = { name: stage.name, commit, count, seconds };
    writeFileSync(join(FOLDER, `${stage.name}.json`), JSON.stringify(passed));
  }
  const all = readdirSync(FOLDER)
    .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Passed)
    .filter((passed) => passed.commit === commit);
  const missing = STAGES.filter(({ name }) => !all.some((passed) => passed.name === name));
  if (missing.length === 0) writeSummary(commit, all);
  else console.log(`test-summary.md waits for ${missing.map(({ name }) => name).join(', ')}`);
}

function writeSummary(commit: string, all: readonly Passed[]): void {
  const rows = STAGES.map(({ name, title }) => {
    const { count, seconds } = all.find((passed) => passed.name === name)!;
    const [first, second] =
      'checked' in count
        ? [count.checked > 0 ? `${count.checked} files` : 'done', '']
        : [`${count.passed} passed`, `${count.failed} failed`];
    return `| ${name} | ${title} | ${first} | ${second} | ${seconds.toFixed(0)} s |`;
  });
  const total = all.reduce((sum, { seconds }) => sum + seconds, 0);
  const lines = [
    '# The last full run of the tests',
    '',
    `Written by \`npm run test:full\` at ${new Date().toISOString().slice(0, 16)}Z on commit ${commit}.`,
    `Node ${process.version}, ${type()} ${release()}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}.`,
    '',
    '| stage | what it shows | | | time |',
    '|---|---|---|---|---|',
    ...rows,
    `| all | | | | ${total.toFixed(0)} s |`,
    '',
  ];
  writeFileSync('test-summary.md', lines.join('\n'));
}
