/** One query's attention over the picture: a patch that was clicked, or the word that is pointed at. */
import type { Box } from '../canvas/geometry.ts';
import { formatExact, formatNumber } from '../previews/format.ts';
import { chooseMap, contain } from '../previews/paint.ts';
import type { Legend } from '../previews/painter.ts';
import type { WantedPicture } from '../previews/use-picture.ts';
import {
  attentionAxes,
  attentionTokens,
  IDS,
  patchLayout,
  WEIGHTS,
  type AttentionAxes,
  type PatchLayout,
} from './attention.ts';
import { chipAt, layoutChips, paintChips, setChipFont, type Chip } from './chips.ts';
import { cellAt, cellBox, createCells, matrixWish, paintMark, peakOf, rangeOf, type Matrix } from './matrix.ts';
import { strokeGrid } from '../previews/grid.ts';
import { paintBackdrop } from './picture.ts';
import { nameOf, type Token } from './tokens.ts';
import { itemOf, STATISTICS, type Frame, type Pointed, type ViewRecord, type ViewSubject, type Wish } from './view.ts';

const IMAGE = 'image';

export const attentionMap: ViewRecord = {
  wishes: (subject) => {
    const { inputs, look } = subject;
    const weights = inputs[WEIGHTS];
    if (!weights) return {};
    const axes = attentionAxes(weights.type.dims, look);
    const ids = inputs[IDS];
    return {
      [WEIGHTS]: weightsWish(subject, axes),
      ...(ids && { [IDS]: { spec: STATISTICS, index: [itemOf(look, ids.type.dims[0]?.size ?? 1)] } }),
    };
  },
  show: (subject, answers, tokenizerOf) => {
    const { name, inputs, look, params, brush } = subject;
    const axes = attentionAxes(inputs[WEIGHTS]!.type.dims, look);
    const picture = pictureOf(subject, axes.item);
    const tokens = attentionTokens(subject, answers, axes, tokenizerOf);
    const imageTokens = Number(params['image_tokens']?.value ?? 0);
    const patches = patchLayout(axes.keys, tokens.keys, imageTokens, aspectOf(subject, picture));
    const words = (tokens.queries ?? []).flatMap(({ kind }, position) => (kind === 'text' ? [position] : []));
    const wordTokens = words.map((position) => tokens.queries![position]!);
    const numbers = answers[WEIGHTS]!.values!;
    const gridRows = patches?.rows ?? 0;

    const oneRow = numbers.type.shape.length === 1;
    const chosen = oneRow
      ? rowQuery(subject, axes)
      : Math.min(brush ?? look.query ?? firstQuery(axes, patches, words), axes.queries - 1);
    // Of one row, a word that is pointed at is read as the brush of its sequence.
    const queryAt = (pointed: Pointed | null): number =>
      !oneRow && pointed && pointed.row >= gridRows ? (words[pointed.column] ?? chosen) : chosen;
    /** The patches' part of a query's row. */
    const rowOf = (query: number): Matrix => {
      const start = oneRow ? 0 : query * axes.keys;
      const values = Float32Array.from(patches?.positions ?? [], (position) => numbers.data[start + position]!);
      const [rows, columns] = [gridRows, patches?.columns ?? 0];
      return { rows, columns, values, tensorRows: rows, tensorColumns: columns };
    };
    const legendOf = (query: number): Legend | null => {
      const range = rangeOf(rowOf(query).values);
      return range && chooseMap(range, 'attention');
    };
    const who = (query: number): string => queryName(query, tokens.queries, axes, patches);
    const share = (query: number): number => sumOf(rowOf(query).values);
    const only = patches?.positions.length === axes.keys;
    const note = (query: number): string =>
      only ? `${who(query)} looks` : `${who(query)} looks · ${Math.round(share(query) * 100)} % on the picture`;
    const layout = (frame: Frame) => layoutMap(frame, patches, wordTokens);
    return {
      paint: (surface, pointed) => {
        const { map, chips } = layout(surface);
        const query = queryAt(pointed);
        const legend = legendOf(query);
        if (patches && legend) {
          const backdrop = picture && surface.pictureOf(picture);
          if (backdrop) paintBackdrop(surface, backdrop, map);
          surface.context.globalAlpha = backdrop ? 0.7 : 1;
          createCells(rowOf(query), legend)(surface, map);
          surface.context.globalAlpha = 1;
          strokeGrid(surface.context, map, patches.rows, patches.columns, 'rgb(0 0 0 / 0.3)');
          const patch = axes.queries === axes.keys ? patches.positions.indexOf(query) : -1;
          if (patch >= 0) paintMark(surface, cellBox(map, patches, placeOf(patch, patches)));
        }
        paintChips(surface, wordTokens, chips, words.indexOf(query));
      },
      pointAt: (place, frame) => {
        const { map, chips } = layout(frame);
        const word = chipAt(chips, place);
        if (word !== null) return { row: gridRows, column: word };
        return patches && cellAt(map, patches, place);
      },
      extent: [
        ...Array.from({ length: gridRows }, () => patches!.columns),
        ...(words.length > 0 ? [words.length] : []),
      ],
      describe: (pointed) => {
        const query = queryAt(pointed);
        if (pointed.row >= gridRows || !patches) return note(query);
        const value = rowOf(query).values[pointed.row * patches.columns + pointed.column]!;
        return `${who(query)} → patch (${pointed.row}, ${pointed.column}): ${formatExact(value)}`;
      },
      choose: (pointed) => {
        if (pointed.row >= gridRows) return { ...look, query: words[pointed.column]! };
        const asks = patches && axes.queries === axes.keys;
        return asks ? { ...look, query: patches.positions[pointed.row * patches.columns + pointed.column]! } : look;
      },
      tokenAt: ({ row, column }) => (row >= gridRows ? (words[column] ?? null) : null),
      legend: (pointed) => legendOf(queryAt(pointed)),
      note: (pointed) => (patches ? note(queryAt(pointed)) : 'no key is a patch of the picture'),
      sentence: patches
        ? sentence(name, axes, who(chosen), rowOf(chosen), only ? null : share(chosen))
        : `${name}: no key is a patch of the picture.`,
      table: () => ({
        shape: [gridRows, patches?.columns ?? 0],
        values: rowOf(chosen).values,
        rows: null,
        columns: null,
      }),
      pictures: picture ? [picture] : [],
    };
  },
};

/** The whole matrix of the head where it is small enough, so that pointing at words reads nothing; else one row. */
function weightsWish(subject: ViewSubject, axes: AttentionAxes): Wish {
  const shape = subject.inputs[WEIGHTS]!.type.dims.map(({ size }) => size);
  const whole = matrixWish(shape, axes.index);
  if (whole.index !== null) return whole;
  return { spec: STATISTICS, index: [...axes.index, rowQuery(subject, axes)] };
}

/** The query of which alone the row is read: without a choice, the one in the middle. */
function rowQuery({ brush, look }: ViewSubject, { queries }: AttentionAxes): number {
  return Math.max(0, Math.min(brush ?? look.query ?? Math.floor(queries / 2), queries - 1));
}

/** Without a choice, the middle of the picture asks; where patches do not ask, the first word. */
function firstQuery({ queries, keys }: AttentionAxes, patches: PatchLayout | null, words: readonly number[]): number {
  if (queries !== keys || !patches) return words[0] ?? 0;
  return patches.positions[Math.floor(patches.rows / 2) * patches.columns + Math.floor(patches.columns / 2)] ?? 0;
}

function pictureOf({ inputs }: ViewSubject, item: number): WantedPicture | null {
  const named = (inputs[IMAGE] ?? inputs[WEIGHTS])?.pictures;
  return named?.[item % named.length]?.picture ?? null;
}

/** Width by height of what the model is given. */
function aspectOf({ inputs }: ViewSubject, picture: WantedPicture | null): number {
  const dims = inputs[IMAGE]?.type.dims;
  return dims ? dims.at(-1)!.size / dims.at(-2)!.size : (picture?.aspect ?? 1);
}

function queryName(
  query: number,
  tokens: readonly Token[] | null,
  { queries, keys }: AttentionAxes,
  patches: PatchLayout | null,
): string {
  const patch = queries === keys ? (patches?.positions.indexOf(query) ?? -1) : -1;
  if (patch >= 0) {
    const { row, column } = placeOf(patch, patches!);
    return `patch (${row}, ${column})`;
  }
  return tokens ? nameOf(tokens, query) : `query ${query}`;
}

function placeOf(patch: number, { columns }: PatchLayout): Pointed {
  return { row: Math.floor(patch / columns), column: patch % columns };
}

/** The picture above, and below it as many lines of words as are needed, up to a third of the height. */
function layoutMap(
  frame: Frame,
  patches: PatchLayout | null,
  words: readonly Token[],
): { readonly map: Box; readonly chips: readonly Chip[] } {
  const { width, height } = frame;
  const measure = setChipFont(frame);
  const room = words.length === 0 ? 0 : patches ? height * 0.36 : height;
  const tried = layoutChips(measure, words, { x: 0, y: 0, width, height: room });
  const used = Math.max(0, ...tried.map((chip) => chip.y + chip.height));
  const top = used === 0 ? height : height - used - 6;
  const map = contain(patches ? patches.columns / patches.rows : 1, width, top);
  return { map, chips: tried.map((chip) => ({ ...chip, y: chip.y + height - used })) };
}

/** @param share of the attention that falls on the picture; null where nothing else is looked at. */
function sentence(
  name: string,
  { head, heads }: AttentionAxes,
  who: string,
  matrix: Matrix,
  share: number | null,
): string {
  const [range, peak] = [rangeOf(matrix.values), peakOf(matrix)];
  const which = heads > 1 ? `head ${head} of ${heads}, ` : '';
  const size = `${matrix.rows} × ${matrix.columns} patches`;
  if (!range || !peak) return `${name}: ${which}${who} looks at ${size}, without a finite value.`;
  const part = share === null ? '' : `; ${Math.round(share * 100)} % of it falls on the picture`;
  return (
    `${name}: ${which}${who} looks at ${size}, from ${formatNumber(range.min)} to ${formatNumber(range.max)}, ` +
    `most at patch (${peak.row}, ${peak.column})${part}.`
  );
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]!;
  return sum;
}
