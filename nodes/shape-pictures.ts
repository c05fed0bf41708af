/**
 * A set of pictures with captions that ships: coloured shapes on plain ground. Pure geometry, so that it is the same
 * everywhere and ours alone; every word of the captions is in the shipped list of words.
 */
import type { Picture } from './pictures.ts';

type Colour = readonly [red: number, green: number, blue: number];

/** Signed distance of a point from the shape's edge: negative inside. The shape fits the circle of radius 1. */
type Outline = (x: number, y: number) => number;

const COLOURS = {
  red: [214, 58, 52],
  green: [52, 152, 82],
  blue: [52, 98, 206],
  yellow: [240, 196, 52],
  orange: [236, 130, 44],
  purple: [134, 74, 178],
} as const satisfies Readonly<Record<string, Colour>>;

const SHAPES = {
  circle: (x, y) => Math.hypot(x, y) - 0.92,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) - 0.78,
  triangle: (x, y) => Math.max(0.866 * Math.abs(x) - 0.5 * y - 0.495, y - 0.62),
  diamond: (x, y) => Math.abs(x) + Math.abs(y) - 1,
  cross: (x, y) =>
    Math.min(Math.max(Math.abs(x) - 0.3, Math.abs(y) - 0.92), Math.max(Math.abs(y) - 0.3, Math.abs(x) - 0.92)),
  ring: (x, y) => Math.abs(Math.hypot(x, y) - 0.72) - 0.2,
} as const satisfies Readonly<Record<string, Outline>>;

/** Plain ground, a little different from picture to picture. */
const GROUNDS: readonly Colour[] = [
  [244, 241, 234],
  [226, 233, 240],
  [236, 228, 238],
];

/** One picture of the set, as plain data. */
export interface ShapePicture {
  /** `red-circle.png`. */
  readonly name: string;
  /** `a red circle`. */
  readonly caption: string;
  readonly colour: keyof typeof COLOURS;
  readonly shape: keyof typeof SHAPES;
}

const COLOUR_NAMES = Object.keys(COLOURS) as (keyof typeof COLOURS)[];
const SHAPE_NAMES = Object.keys(SHAPES) as (keyof typeof SHAPES)[];

/** Every shape in every colour. Neighbours differ in both, so that any few of them do. */
export const SHAPE_PICTURES: readonly ShapePicture[] = COLOUR_NAMES.flatMap((_, turn) =>
  SHAPE_NAMES.map((shape, index): ShapePicture => {
    const colour = COLOUR_NAMES[(index + turn) % COLOUR_NAMES.length]!;
    const article = /^[aeiou]/.test(colour) ? 'an' : 'a';
    return { name: `${colour}-${shape}.png`, caption: `${article} ${colour} ${shape}`, colour, shape };
  }),
);

/** Samples per pixel and axis: edges are smooth because each pixel is the mean of 16 points. */
const SAMPLES = 4;

/** The picture, `side × side` pixels; its place in the set decides on size, place and ground. */
export function drawShapePicture({ name, colour, shape }: ShapePicture, side: number): Picture {
  const place = SHAPE_PICTURES.findIndex((picture) => picture.name === name);
  const ground = GROUNDS[place % GROUNDS.length]!;
  const radius = 0.3 + 0.05 * (place % 3);
  const [centreX, centreY] = [0.5 + 0.04 * ((place % 5) - 2), 0.5 + 0.04 * ((place % 4) - 1.5)];
  const outline: Outline = SHAPES[shape];
  const data = new Uint8Array(side * side * 4);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      let inside = 0;
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
        const x = (column + ((sample % SAMPLES) + 0.5) / SAMPLES) / side;
        const y = (row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) / side;
        if (outline((x - centreX) / radius, (y - centreY) / radius) < 0) inside++;
      }
      const cover = inside / SAMPLES ** 2;
      const offset = (row * side + column) * 4;
      for (const [channel, under] of ground.entries()) {
        data[offset + channel] = Math.round(under + (COLOURS[colour][channel]! - under) * cover);
      }
      data[offset + 3] = 255;
    }
  }
  return { width: side, height: side, data };
}
