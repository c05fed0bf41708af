/** Writes the legend and the note of a view into elements that are there already. */
import { formatNumber } from '../previews/format.ts';
import type { Palette } from '../previews/palette.ts';
import type { Pointed, Shown } from './view.ts';

export function viewCaption(
  root: HTMLElement | null,
  shown: Shown | null,
  pointed: Pointed | null,
  palette: Palette,
): void {
  if (!root) return;
  const legend = shown?.legend(pointed) ?? null;
  write(root, '.minimum', legend ? formatNumber(legend.range.min) : '');
  write(root, '.maximum', legend ? formatNumber(legend.range.max) : '');
  write(root, '.note', shown?.note(pointed) ?? '');
  const gradient = root.querySelector<HTMLElement>('.gradient');
  if (gradient) gradient.style.background = legend ? palette.gradient(legend.map) : '';
}

function write(root: HTMLElement, selector: string, text: string): void {
  const element = root.querySelector(selector);
  if (element && element.textContent !== text) element.textContent = text;
}
