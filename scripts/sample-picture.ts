/** Draws the picture that ships inside the templates: a boat on a lake at evening. Pure geometry, so it is ours alone. */

type Colour = readonly [number, number, number];

interface Layer {
  /** Opacity from 0 to 1 at a point of the unit square, x to the right and y down. */
  readonly cover: (x: number, y: number) => number;
  readonly colour: (x: number, y: number) => Colour;
}

/** Samples per pixel and axis: edges are smooth because each pixel is the mean of 16 points. */
const SAMPLES = 4;

const WATERLINE = 0.62;
const SUN = { x: 0.68, y: 0.34, radius: 0.095 };

const SKY: readonly (readonly [number, Colour])[] = [
  [0, [38, 70, 120]],
  [0.3, [110, 150, 190]],
  [0.5, [244, 190, 140]],
  [0.62, [250, 214, 165]],
];

const LAYERS: readonly Layer[] = [
  { cover: () => 1, colour: (_, y) => gradient(SKY, y) },
  { cover: (x, y) => 0.55 * falloff(distance(x, y, SUN.x, SUN.y), SUN.radius, 0.34), colour: () => [255, 226, 160] },
  { cover: (x, y) => inside(distance(x, y, SUN.x, SUN.y) - SUN.radius), colour: () => [255, 241, 205] },
  hill((x) => 0.46 + 0.05 * Math.sin(6.1 * x + 0.6) + 0.025 * Math.sin(15 * x), [118, 128, 160]),
  hill((x) => 0.535 + 0.045 * Math.sin(4.3 * x + 2.4) + 0.014 * Math.sin(21 * x + 1), [76, 98, 124]),
  hill((x) => 0.6 + 0.03 * Math.sin(3.2 * x + 4.6), [48, 78, 84]),
  { cover: (_, y) => inside(WATERLINE - y), colour: (x, y) => water(x, y) },
  ...boat(0.36, 0.73),
  ...[0.045, 0.13, 0.9].flatMap((x, index) => tree(x, 0.9 + 0.03 * index, 0.3 - 0.045 * index)),
  { cover: (x, y) => inside(0.89 + 0.04 * Math.sin(5 * x + 1.2) - y), colour: () => [30, 50, 44] },
];

/** `side × side` pixels, RGBA, 8 bits, row-major. */
export function drawSamplePicture(side: number): Uint8Array {
  const pixels = new Uint8Array(side * side * 4);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const total = [0, 0, 0];
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
        const x = (column + ((sample % SAMPLES) + 0.5) / SAMPLES) / side;
        const y = (row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) / side;
        for (const [channel, value] of colourAt(x, y).entries()) total[channel]! += value;
      }
      const offset = (row * side + column) * 4;
      for (const [channel, sum] of total.entries()) pixels[offset + channel] = Math.round(sum / SAMPLES ** 2);
      pixels[offset + 3] = 255;
    }
  }
  return pixels;
}

function colourAt(x: number, y: number): Colour {
  return LAYERS.reduce<Colour>((below, { cover, colour }) => mix(below, colour(x, y), cover(x, y)), [0, 0, 0]);
}

function hill(ridge: (x: number) => number, colour: Colour): Layer {
  return { cover: (x, y) => inside(ridge(x) - y), colour: () => colour };
}

/** The sky upside down and darker, with the sun's path broken by ripples that widen towards the viewer. */
function water(x: number, y: number): Colour {
  const depth = Math.max(0, (y - WATERLINE) / (1 - WATERLINE));
  const reflected = mix(gradient(SKY, WATERLINE - 0.9 * (y - WATERLINE)), [34, 66, 96], 0.35 + 0.3 * depth);
  const ripple = 0.5 + 0.5 * Math.sin(46 * Math.sqrt(depth + 0.02) + 3 * Math.sin(9 * x));
  const path = falloff(Math.abs(x - SUN.x), 0.02, 0.07 + 0.1 * depth) * ripple;
  return mix(reflected, [255, 226, 165], 0.75 * path);
}

function boat(x: number, y: number): readonly Layer[] {
  const hull = (px: number, py: number): number =>
    Math.max(y - py, py - y - 0.045, Math.abs(px - x) - 0.12 + 1.3 * (py - y));
  const sail = (px: number, py: number): number =>
    Math.max(py - y + 0.02, x + 0.008 - px, px - x - 0.012 - 0.42 * (py - y + 0.3));
  const jib = (px: number, py: number): number =>
    Math.max(py - y + 0.02, px - x + 0.012, x - 0.006 - px - 0.33 * (py - y + 0.24));
  const mast = (px: number, py: number): number => Math.max(Math.abs(px - x) - 0.004, py - y, y - 0.31 - py);
  const shadow = (px: number, py: number): number => ((px - x) / 0.13) ** 2 + ((py - y - 0.06) / 0.016) ** 2 - 1;
  return [
    { cover: (px, py) => 0.4 * inside(shadow(px, py)), colour: () => [20, 40, 60] },
    { cover: (px, py) => inside(mast(px, py)), colour: () => [92, 62, 44] },
    { cover: (px, py) => inside(sail(px, py)), colour: () => [250, 244, 232] },
    { cover: (px, py) => inside(jib(px, py)), colour: () => [224, 92, 70] },
    { cover: (px, py) => inside(hull(px, py)), colour: () => [150, 54, 44] },
  ];
}

/** A fir: a trunk and four tiers. */
function tree(x: number, foot: number, height: number): readonly Layer[] {
  const tiers = Array.from({ length: 4 }, (_, tier) => {
    const top = foot - height * (1 - 0.2 * tier);
    const half = height * (0.14 + 0.05 * tier);
    const tall = height * 0.36;
    return (px: number, py: number): number =>
      Math.max(top - py, py - top - tall, Math.abs(px - x) - (half * (py - top)) / tall);
  });
  const crown = (px: number, py: number): number => Math.min(...tiers.map((tier) => tier(px, py)));
  const trunk = (px: number, py: number): number =>
    Math.max(Math.abs(px - x) - 0.05 * height, py - foot - 0.05, foot - 0.2 * height - py);
  return [
    { cover: (px, py) => inside(trunk(px, py)), colour: () => [64, 46, 38] },
    { cover: (px, py) => inside(crown(px, py)), colour: (px) => (px < x ? [34, 84, 66] : [26, 66, 56]) },
  ];
}

function gradient(stops: readonly (readonly [number, Colour])[], at: number): Colour {
  const next = stops.findIndex(([position]) => position >= at);
  if (next === -1) return stops.at(-1)![1];
  if (next === 0) return stops[0]![1];
  const [[from, before], [to, after]] = [stops[next - 1]!, stops[next]!];
  return mix(before, after, (at - from) / (to - from));
}

function mix(a: Colour, b: Colour, amount: number): Colour {
  return [a[0] + (b[0] - a[0]) * amount, a[1] + (b[1] - a[1]) * amount, a[2] + (b[2] - a[2]) * amount];
}

/** 1 where a signed distance is negative. */
function inside(signedDistance: number): number {
  return signedDistance < 0 ? 1 : 0;
}

/** 1 up to `near`, 0 from `far`, smooth in between. */
function falloff(value: number, near: number, far: number): number {
  const t = Math.min(1, Math.max(0, (value - near) / (far - near)));
  return 1 - t * t * (3 - 2 * t);
}

function distance(x: number, y: number, centreX: number, centreY: number): number {
  return Math.hypot(x - centreX, y - centreY);
}
