/**
 * A picture of a value in a sentence or two, for those who hear it: its range and mean, and then what the picture shows
 * beside them – where it is greatest, what half of the values lie between, what a patch looks at. From what a preview
 * holds, so that nothing is read from the device for it.
 */
import type { Preview } from '../../gpu/runtime/types.ts';
import { formatNumber } from './format.ts';
import type { PreviewPlan, Scene } from './plan.ts';

/** @param what begins the sentence: `q_proj output, batch 1, patches 196`. */
export function describePreview(what: string, { scene, spec }: PreviewPlan, preview: Preview): string {
  const { count, nonFinite, min, max, mean } = preview.statistics;
  if (count === 0) return `${what}: no values.`;
  if (nonFinite === count)
    return `${what}: ${count === 1 ? 'not a finite value' : `none of ${count} values is finite`}.`;
  const wrong = nonFinite > 0 ? `; ${nonFinite} of ${count} values are not finite` : '';
  if (min === max) return `${what}: ${count === 1 ? '' : 'everywhere '}${formatNumber(min)}${wrong}.`;
  const numbers = `from ${formatNumber(min)} to ${formatNumber(max)}, mean ${formatNumber(mean)}${wrong}`;
  const seen = describeScene(scene, spec.index, preview);
  return seen === '' ? `${what}: ${numbers}.` : `${what}: ${numbers}. ${seen}.`;
}

/** What the picture of it shows; empty where that says nothing more. */
function describeScene(scene: Scene, index: readonly number[], { thumbnail, histogram, statistics }: Preview): string {
  const peak = peakOf(thumbnail);
  switch (scene.kind) {
    case 'number':
      return '';
    case 'histogram': {
      const [low, high] = middleHalf(histogram, statistics);
      return `Half of the values lie between ${formatNumber(low)} and ${formatNumber(high)}`;
    }
    case 'image':
      return describeImage(thumbnail);
    case 'patches': {
      if (!peak) return '';
      const of = scene.values === 'mean' ? 'mean' : 'value';
      return `${scene.rows} × ${scene.columns} patches, the greatest ${of} at patch ${placeText(peak)}, ${formatNumber(peak.value)}`;
    }
    case 'attention': {
      const { side, patch, head, heads } = scene;
      const who = `patch ${placeText({ row: Math.floor(patch / side), column: patch % side })}`;
      const which = heads > 1 ? `Head ${head} of ${heads}, ${who}` : capitalised(who);
      return peak ? `${which} looks most at patch ${placeText(peak)}, with ${formatNumber(peak.value)}` : '';
    }
    case 'heatmap': {
      if (!peak) return '';
      const { rows, columns, heads } = scene;
      const exact = thumbnail.width === columns && thumbnail.height === rows;
      const row = spanText(peak.row, thumbnail.height, rows);
      const column = spanText(peak.column, thumbnail.width, columns);
      const where = rows === 1 ? `[${column}]` : `row ${row}, column ${column}`;
      const slice = index.some((place) => place > 0) && !heads ? `Of [${index.join(', ')}], ` : '';
      const shown = heads && heads.count > 1 ? `Head ${heads.chosen} of ${heads.count}: ` : slice;
      const size = `${shown}${rows} × ${columns}, `;
      return `${size}${exact ? 'greatest at' : 'greatest around'} ${where}, ${exact ? '' : 'mean '}${formatNumber(peak.value)}`;
    }
    default:
      return scene satisfies never;
  }
}

/** The first of the greatest cells; null where none has a finite value, or all have the same. */
function peakOf({ width, height, channels, codes, min, max }: Preview['thumbnail']) {
  if (channels !== 1 || width === 0 || height === 0 || !(max > min)) return null;
  let at = 0;
  for (let place = 1; place < codes.length; place++) if (codes[place]! > codes[at]!) at = place;
  return { row: Math.floor(at / width), column: at % width, value: min + (codes[at]! / 255) * (max - min) };
}

const CHANNELS = ['red', 'green', 'blue'] as const;

/** Mean of each channel, and which side is the brighter one. */
function describeImage({ width, height, channels, codes, min, max }: Preview['thumbnail']): string {
  if (width === 0 || height === 0) return '';
  const sums = new Float64Array(channels);
  const halves = { left: 0, right: 0, upper: 0, lower: 0 };
  for (let place = 0; place < width * height; place++) {
    let light = 0;
    for (let channel = 0; channel < channels; channel++) {
      const code = codes[place * channels + channel]!;
      sums[channel]! += code;
      light += code;
    }
    halves[place % width < width / 2 ? 'left' : 'right'] += light;
    halves[place < (width * height) / 2 ? 'upper' : 'lower'] += light;
  }
  const means = Array.from(sums, (sum) => formatNumber(min + (sum / (width * height) / 255) * (max - min)));
  const colours = channels === 1 ? '' : `, ${means.map((mean, at) => `${CHANNELS[at]} ${mean}`).join(', ')} on average`;
  const sides = [
    brighter(halves.left, halves.right, 'left', 'right'),
    brighter(halves.upper, halves.lower, 'upper', 'lower'),
  ].filter((side) => side !== '');
  const where = [
    'about as bright everywhere',
    `brighter in its ${sides[0]} half`,
    `brightest at its ${sides[1]} ${sides[0]}`,
  ];
  return `A picture${colours}, ${where[sides.length]}`;
}

/** The side that has at least a tenth more of the light; empty where neither does. */
function brighter(one: number, other: number, first: string, second: string): string {
  if (one > 1.1 * other) return first;
  return other > 1.1 * one ? second : '';
}

/** Edges of the bins within which the middle half of the values lies. */
export function middleHalf(
  histogram: Uint32Array,
  { min, max }: Pick<Preview['statistics'], 'min' | 'max'>,
): readonly [low: number, high: number] {
  const total = histogram.reduce((sum, held) => sum + held, 0);
  const edge = (bin: number): number => min + (bin / histogram.length) * (max - min);
  let [low, high, below] = [0, histogram.length, 0];
  for (const [bin, held] of histogram.entries()) {
    if (below <= total / 4) low = bin;
    below += held;
    if (below >= (3 * total) / 4) {
      high = bin + 1;
      break;
    }
  }
  return [edge(low), edge(high)];
}

function placeText({ row, column }: { readonly row: number; readonly column: number }): string {
  return `(${row}, ${column})`;
}

/** The places of the tensor that a cell of the thumbnail stands for: `5`, `12–15`. */
function spanText(cell: number, cells: number, places: number): string {
  const from = Math.floor((cell * places) / cells);
  const to = Math.max(from, Math.floor(((cell + 1) * places) / cells) - 1);
  return from === to ? String(from) : `${from}–${to}`;
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
