/** What a profile says, in words: for rows, for tooltips and for who listens. */
import type { Bound, Profile } from '../../gpu/profile.ts';
import type { ProfileNode } from '../../nodes/profile-tree.ts';
import { counted, formatMilliseconds, formatSi } from '../previews/format.ts';

/** As the legend has it. */
export const BOUND_TITLES: Readonly<Record<Bound, string>> = {
  compute: 'arithmetic',
  memory: 'memory',
  neither: 'neither',
};

/** What is to be done about it. */
export const BOUND_HELP: Readonly<Record<Bound, string>> = {
  compute: 'Near to what the adapter can multiply and add: less arithmetic would be faster.',
  memory: 'Near to what its memory can move: reading and writing less would be faster.',
  neither: 'Far from both: launching, waiting, or kernels too small to fill the adapter.',
};

/** `7.2 %`, `31 %`. */
export function formatShare(part: number): string {
  return `${(100 * part).toFixed(part < 0.0995 ? 1 : 0)} %`;
}

/** `arithmetic, 45 %`: what it is bound by, and what part of that ceiling it reaches; empty where that is not known. */
export function boundWords({ bound, reach }: ProfileNode): string {
  if (bound === null || reach === null) return '';
  return bound === 'neither' ? BOUND_TITLES.neither : `${BOUND_TITLES[bound]}, ${formatShare(reach[bound])}`;
}

/** `2.1 GFLOP/s`; a dash where there is nothing to divide. */
export function formatRate(amount: number, milliseconds: number, unit: 'FLOP/s' | 'B/s'): string {
  return amount > 0 && milliseconds > 0 ? formatSi((1000 * amount) / milliseconds, unit) : '–';
}

/** `fc1`, `blocks ×4`; the root is called by its module. */
export function titleOf({ name, type, count }: ProfileNode): string {
  return `${name === '' ? type : name}${count > 1 ? ` ×${count}` : ''}`;
}

/** All of it in one sentence, which begins with what a cell shows. */
export function nodeSentence(node: ProfileNode): string {
  const { name, type, milliseconds, share, flops, bytes, dispatches } = node;
  const bound = boundWords(node);
  return [
    `${titleOf(node)} ${formatMilliseconds(milliseconds)}`,
    `${formatShare(share)} of the run`,
    ...(name === '' ? [] : [type]),
    ...(flops > 0 ? [formatRate(flops, milliseconds, 'FLOP/s')] : []),
    ...(bytes > 0 ? [formatRate(bytes, milliseconds, 'B/s')] : []),
    counted(dispatches, bound === '' ? 'operation' : 'kernel'),
    ...(bound === '' ? [] : [`bound by ${bound}`]),
  ].join(', ');
}

/** How the times came about, and what is not known of them. */
export function clockSentence({ clock, tick, runs }: Profile): string {
  const mean = runs === 1 ? 'one run' : `the mean of ${runs} runs`;
  switch (clock) {
    case 'timestamps': {
      const coarse =
        tick >= COARSE_MS
          ? ` Its clock moves in steps of ${formatMilliseconds(tick)} here: shorter kernels are known on the mean alone.`
          : '';
      return `Each kernel was timed by the adapter, ${mean}.${coarse}`;
    }
    case 'submissions':
      return `The adapter has no timestamps: each kernel was sent alone and waited for, ${mean}. Short ones took less than they seem to.`;
    case 'operations':
      return 'Computed on the CPU, which tells the time of several operations at once: they share it by their FLOPs. What bounds a node is measured on GPUs.';
    default:
      return clock satisfies never;
  }
}

const COARSE_MS = 0.01;

export function ceilingsSentence({ ceilings }: Profile): string | null {
  if (!ceilings) return null;
  const { flopsPerSecond, bytesPerSecond } = ceilings;
  return `The adapter reaches ${formatSi(flopsPerSecond, 'FLOP/s')} of multiply-adds and ${formatSi(bytesPerSecond, 'B/s')} of copying.`;
}
