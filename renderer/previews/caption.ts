/** Writes the numbers beside a preview into elements that are there already: no render for a value that changes. */
import { formatNumber } from './format.ts';
import type { PreviewElements } from './preview-view.ts';

export type Caption = PreviewElements['caption'];

/** The caption of a node: ends of the legend, mean and deviation, and in red what is not finite. */
export function nodeCaption(root: HTMLElement | null): Caption {
  const part = (name: string): HTMLElement | null => root?.querySelector<HTMLElement>(`.${name}`) ?? null;
  const [minimum, maximum, gradient] = [part('minimum'), part('maximum'), part('gradient')];
  const [mean, deviation, nonFinite] = [part('mean'), part('deviation'), part('non-finite')];
  const spoken = part('spoken');
  return (shown) => {
    if (!shown) {
      for (const element of [minimum, maximum, mean, deviation, nonFinite, spoken]) write(element, '');
      if (gradient) gradient.style.background = '';
      return;
    }
    const { preview, legend, palette } = shown;
    const { statistics } = preview;
    write(minimum, formatNumber(legend?.range.min ?? statistics.min));
    write(maximum, formatNumber(legend?.range.max ?? statistics.max));
    if (gradient) gradient.style.background = legend ? palette.gradient(legend.map) : '';
    write(mean, `μ ${formatNumber(statistics.mean)}`);
    write(deviation, `σ ${formatNumber(statistics.standardDeviation)}`);
    const odd = statistics.nonFinite > 0 ? `${statistics.nonFinite} not finite` : '';
    write(nonFinite, odd);
    write(
      spoken,
      [`${statistics.count === 1 ? 'value' : 'mean'} ${formatNumber(statistics.mean)}`, odd].filter(Boolean).join(', '),
    );
  };
}

/** The statistics of the inspector, as a table. */
export function tableCaption(root: HTMLElement | null): Caption {
  const part = (name: string): HTMLElement | null => root?.querySelector<HTMLElement>(`.${name}`) ?? null;
  const [mean, deviation, minimum, maximum] = [part('mean'), part('deviation'), part('minimum'), part('maximum')];
  const nonFinite = part('non-finite');
  return (shown) => {
    const statistics = shown?.preview.statistics;
    const number = (value: number | undefined): string => (value === undefined ? '–' : formatNumber(value));
    write(mean, number(statistics?.mean));
    write(deviation, number(statistics?.standardDeviation));
    write(minimum, number(statistics?.min));
    write(maximum, number(statistics?.max));
    write(nonFinite, statistics === undefined ? '–' : `${statistics.nonFinite} of ${statistics.count}`);
    nonFinite?.toggleAttribute('data-wrong', (statistics?.nonFinite ?? 0) > 0);
  };
}

function write(element: HTMLElement | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
