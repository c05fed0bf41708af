/** A profile as lines to read: what the adapter can do, then the tree. */
import type { Bound } from '../gpu/profile.ts';
import { walkProfile, type ProfileNode } from '../nodes/profile-tree.ts';
import type { ProfiledRun } from './devices/gpu.ts';

const HEADINGS = ['ms', 'share', 'GFLOP/s', 'GB/s', 'kernels', 'bound by'];
const WIDTHS = [9, 7, 9, 8, 8];

const BOUND_WORDS: Readonly<Record<Bound, string>> = { compute: 'arithmetic', memory: 'memory', neither: 'neither' };

/** @param depth of the deepest nodes that are printed; the root's is 0. */
export function* profileLines(
  { device, profile }: ProfiledRun,
  tree: ProfileNode,
  depth = Infinity,
): Generator<string> {
  const { ceilings, clock, runs, milliseconds } = profile;
  yield `device    ${device}`;
  if (ceilings) {
    const { flopsPerSecond, bytesPerSecond } = ceilings;
    yield `ceilings  ${rate(flopsPerSecond)} GFLOP/s of multiply-adds, ${rate(bytesPerSecond)} GB/s of copying; measured just now`;
  }
  const how = clock === 'timestamps' ? 'each kernel timed by the adapter' : 'each kernel sent alone and waited for';
  yield `kernels   ${milliseconds.toFixed(2)} ms, ${runs === 1 ? 'one run' : `the mean of ${runs} runs`}; ${how}`;
  yield '';
  const rows = [...walkProfile(tree)].filter((row) => row.depth <= depth);
  const labels = rows.map((row) => '  '.repeat(row.depth) + labelOf(row.node));
  const width = Math.max(...labels.map((label) => label.length));
  yield `${' '.repeat(width)}${HEADINGS.map((heading, index) => cell(heading, index)).join('')}`;
  for (const [index, { node }] of rows.entries()) {
    yield (
      labels[index]!.padEnd(width) +
      cellsOf(node)
        .map((text, column) => cell(text, column))
        .join('')
    );
  }
}

function labelOf({ name, type, count }: ProfileNode): string {
  return `${name === '' ? type : `${name}  ${type}`}${count > 1 ? ` ×${count}` : ''}`;
}

function cellsOf({ milliseconds, share, flops, bytes, dispatches, bound, reach }: ProfileNode): string[] {
  const perSecond = (amount: number): string => (milliseconds > 0 ? rate((amount * 1000) / milliseconds) : '–');
  const part = bound === null || reach === null || bound === 'neither' ? '' : ` (${percent(reach[bound])})`;
  return [
    milliseconds.toFixed(3),
    percent(share),
    perSecond(flops),
    perSecond(bytes),
    String(dispatches),
    bound === null ? '' : BOUND_WORDS[bound] + part,
  ];
}

/** Numbers stand under each other at the right, words at the left. */
function cell(text: string, column: number): string {
  const width = WIDTHS[column];
  return width === undefined ? `  ${text}` : text.padStart(width);
}

/** In billions. */
function rate(perSecond: number): string {
  const billions = perSecond / 1e9;
  return billions >= 100 ? billions.toFixed(0) : billions.toPrecision(3);
}

function percent(part: number): string {
  return `${(100 * part).toFixed(part < 0.0995 ? 1 : 0)} %`;
}
