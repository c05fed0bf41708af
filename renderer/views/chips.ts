/** Tokens in reading order on a canvas: a tick for each patch, a chip for each word, a hollow tick for padding. */
import type { Box } from '../canvas/geometry.ts';
import { fitText, MONO, type Measure } from './text.ts';
import { KIND_COLOURS, type Token } from './tokens.ts';
import type { Frame, Surface } from './view.ts';

export interface Chip extends Box {
  readonly position: number;
}

const HEIGHT = 18;
const GAP = 3;
const PADDING = 5;
const TICKS = [11, 8, 6, 4, 3, 2] as const;
const WIDEST = 120;

export function setChipFont({ context }: Pick<Frame, 'context'>): Measure {
  context.font = `10.5px ${MONO}`;
  return (text) => context.measureText(text).width;
}

/**
 * Chips that fill the box line by line. Where they do not fit, ticks become narrower, then words become ticks, and at
 * last what is left over is not placed.
 */
export function layoutChips(measure: Measure, tokens: readonly Token[], box: Box): readonly Chip[] {
  for (const words of [true, false]) {
    for (const tick of TICKS) {
      const chips = place(measure, tokens, box, tick, words);
      if (chips.length === tokens.length) return chips;
    }
  }
  return place(measure, tokens, box, 2, false);
}

/** @returns the chips that fit. */
function place(measure: Measure, tokens: readonly Token[], box: Box, tick: number, words: boolean): readonly Chip[] {
  const chips: Chip[] = [];
  const height = words ? HEIGHT : Math.min(HEIGHT, 4 * tick + 6);
  let { x, y } = box;
  let before: Token | null = null;
  for (const [position, token] of tokens.entries()) {
    const isWord = words && token.kind === 'text';
    const width = isWord ? Math.min(WIDEST, box.width, measure(token.name) + 2 * PADDING) : tick;
    const gap = before === null ? 0 : isWord || before.kind !== token.kind ? GAP : Math.min(GAP, Math.max(1, tick / 4));
    x += gap;
    if (x + width > box.x + box.width + 0.5) {
      x = box.x;
      y += height + GAP;
    }
    if (y + height > box.y + box.height + 0.5) return chips;
    chips.push({ position, x, y, width, height });
    x += width;
    before = token;
  }
  return chips;
}

export function chipAt(chips: readonly Chip[], { x, y }: { readonly x: number; readonly y: number }): number | null {
  // The gaps belong to the chip before, so that the pointer does not flicker between two.
  const hit = chips.find(
    (chip) => x >= chip.x && x < chip.x + chip.width + GAP && y >= chip.y && y < chip.y + chip.height + GAP,
  );
  return hit?.position ?? null;
}

/** @param chosen Position that is set off; null for none. */
export function paintChips(surface: Surface, tokens: readonly Token[], chips: readonly Chip[], chosen: number | null) {
  const { context, palette } = surface;
  const measure = setChipFont(surface);
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  for (const { position, x, y, width, height } of chips) {
    const { kind, name } = tokens[position]!;
    const colour = palette.token(KIND_COLOURS[kind]);
    const isWord = kind === 'text' && width > 2 * PADDING + 2;
    context.beginPath();
    context.roundRect(x + 0.5, y + 0.5, Math.max(1, width - 1), height - 1, Math.min(4, width / 3));
    if (kind === 'pad') {
      context.strokeStyle = colour;
      context.lineWidth = 1;
      context.globalAlpha = 0.75;
      context.stroke();
      context.globalAlpha = 1;
    } else {
      context.fillStyle = colour;
      context.globalAlpha = isWord ? 0.22 : 1;
      context.fill();
      context.globalAlpha = 1;
    }
    if (isWord) {
      context.fillStyle = palette.token('--text');
      context.fillText(fitText(measure, name, width - 2 * PADDING + 1), x + PADDING, y + height / 2 + 0.5);
    }
    if (position === chosen) {
      context.strokeStyle = palette.token('--text');
      context.lineWidth = 1.75;
      context.stroke();
    }
  }
}
