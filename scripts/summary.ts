/** Writes test-summary.md: what the last full run showed of each stage, where, and how long it took. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, type } from 'node:os';
import { join } from 'node:path';
import { STAGES, type Count, type StageResult } from './stages.ts';

/** Stages may run one at a time, also in other clones: what each showed last is kept, and the summary says of which commit. */
const FOLDER = 'test-results/full';

/** A stage that passed in a full run. */
interface Passed {
  readonly name: string;
  /** As `git describe` names it; `-dirty` behind it, where something was not committed. */
  readonly commit: string;
  readonly count: Count;
  readonly seconds: number;
}

/** Notes stages that passed, and writes the summary once all have: on one commit, or each on one of those before. */
export function summarise(results: readonly StageResult[]): void {
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  mkdirSync(FOLDER, { recursive: true });
  for (const { stage, count, seconds } of results) {
    const passed: Passed = { name: stage.name, commit, count, seconds };
    writeFileSync(join(FOLDER, `${stage.name}.json`), JSON.stringify(passed));
  }
  const all = readdirSync(FOLDER).map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Passed);
  const missing = STAGES.filter(({ name }) => !all.some((passed) => passed.name === name));
  if (missing.length === 0) writeSummary(all);
  else console.log(`test-summary.md waits for ${missing.map(({ name }) => name).join(', ')}`);
}

function writeSummary(all: readonly Passed[]): void {
  const rows = STAGES.map(({ name, title }) => {
    const { commit, count, seconds } = all.find((passed) => passed.name === name)!;
    const [first, second] =
      'checked' in count
        ? [count.checked > 0 ? `${count.checked} files` : 'done', '']
        : [`${count.passed} passed`, `${count.failed} failed`];
    return `| ${name} | ${title} | ${first} | ${second} | ${seconds.toFixed(0)} s | ${commit} |`;
  });
  const total = all.reduce((sum, { seconds }) => sum + seconds, 0);
  const lines = [
    '# The last full run of the tests',
    '',
    `Written by \`npm run test:full\` at ${new Date().toISOString().slice(0, 16)}Z; every stage passed on the commit that its row names.`,
    `Node ${process.version}, ${type()} ${release()}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}.`,
    '',
    '| stage | what it shows | | | time | commit |',
    '|---|---|---|---|---|---|',
    ...rows,
    `| all | | | | ${total.toFixed(0)} s | |`,
    '',
  ];
  writeFileSync('test-summary.md', lines.join('\n'));
}
