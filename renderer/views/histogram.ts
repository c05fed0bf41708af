/** How the values of a tensor are spread, from the 64 bins that the device counts. */
import { middleHalf } from '../previews/describe.ts';
import { formatNumber } from '../previews/format.ts';
import { bars } from '../previews/paint.ts';
import { MONO } from './text.ts';
import { STATISTICS, type Frame, type ViewRecord } from './view.ts';

const VALUES = 'values';
const AXIS = 16;

export const histogram: ViewRecord = {
  wishes: ({ inputs }) => (inputs[VALUES] ? { [VALUES]: { spec: STATISTICS, index: null } } : {}),
  show: ({ name }, answers) => {
    const { statistics, histogram: bins } = answers[VALUES]!.preview;
    const { min, max, mean, standardDeviation, nonFinite, count } = statistics;
    const known = Number.isFinite(min);
    const edge = (bin: number): number => min + (bin / bins.length) * (max - min);
    const xOf = (value: number, { width }: Frame): number => ((value - min) / (max - min)) * width;
    const whereTheyLie = (): string => {
      if (min === max) return 'All are the same';
      const [low, high] = middleHalf(bins, statistics);
      return `Half of them lie between ${formatNumber(low)} and ${formatNumber(high)}`;
    };
    const wrong = nonFinite > 0 ? ` · ${nonFinite} not finite` : '';
    return {
      paint: (surface, pointed) => {
        if (!known) return;
        const { context, palette, width, height } = surface;
        const floor = height - AXIS;
        const step = width / bins.length;
        for (const [bin, bar] of bars(bins, bins.length).entries()) {
          if (bins[bin] === 0) continue;
          context.fillStyle = palette.token(pointed?.column === bin ? '--accent' : '--tensor');
          const tall = Math.max(1, bar * (floor - 6));
          context.fillRect(bin * step, floor - tall, Math.max(1, step - 0.75), tall);
        }
        context.fillStyle = palette.token('--line');
        context.fillRect(0, floor, width, 1);
        context.font = `10px ${MONO}`;
        context.textBaseline = 'alphabetic';
        context.fillStyle = palette.token('--muted');
        const label = (text: string, x: number, align: CanvasTextAlign): void => {
          context.textAlign = align;
          context.fillText(text, x, height - 3);
        };
        label(formatNumber(min), 2, 'left');
        label(formatNumber(max), width - 2, 'right');
        if (min >= 0 || max <= 0) return;
        const zero = xOf(0, surface);
        context.fillRect(zero - 0.5, 4, 1, floor - 4);
        if (zero > 64 && zero < width - 64) label('0', zero, 'center');
      },
      pointAt: ({ x, y }, { width, height }) => {
        const bin = Math.floor((x / width) * bins.length);
        return known && bin >= 0 && bin < bins.length && y >= 0 && y < height ? { row: 0, column: bin } : null;
      },
      extent: known ? [bins.length] : [],
      describe: ({ column }) => {
        const share = (100 * bins[column]!) / Math.max(1, count - nonFinite);
        return `${formatNumber(edge(column))} … ${formatNumber(edge(column + 1))}: ${bins[column]} (${formatNumber(share)} %)`;
      },
      legend: () => null,
      note: () => `μ ${formatNumber(mean)} · σ ${formatNumber(standardDeviation)} · ${count} values${wrong}`,
      sentence: known
        ? `${name}: ${count} values from ${formatNumber(min)} to ${formatNumber(max)}, mean ${formatNumber(mean)}, ` +
          `standard deviation ${formatNumber(standardDeviation)}${wrong}. ${whereTheyLie()}.`
        : `${name}: ${count} values, none of them finite.`,
      table: () => ({
        shape: [bins.length, 3],
        values: Float32Array.from(Array.from(bins, (held, bin) => [edge(bin), edge(bin + 1), held]).flat()),
        rows: null,
        columns: ['from', 'to', 'count'],
      }),
      pictures: [],
    };
  },
};
