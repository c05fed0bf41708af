/** Writes test-summary.md: what the last full run showed, where, and how long it took. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, type } from 'node:os';
import type { StageResult } from './stages.ts';

export function writeSummary(results: readonly StageResult[]): void {
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  const rows = results.map(({ stage, count, seconds }) => {
    const [first, second] =
      'checked' in count
        ? [count.checked > 0 ? `${count.checked} files` : 'done', '']
        : [`${count.passed} passed`, `${count.failed} failed`];
    return `| ${stage.name} | ${stage.title} | ${first} | ${second} | ${seconds.toFixed(0)} s |`;
  });
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
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
