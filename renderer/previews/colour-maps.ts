/** Colour maps as tables of 256 colours: inferno and viridis for magnitudes, blue to red around zero for signed values. */

export type ColourMapName = 'inferno' | 'viridis' | 'diverging';

export type Rgb = readonly [red: number, green: number, blue: number];

/** 256 colours, three bytes each; index `3 * code`. */
export type ColourTable = Uint8Array;

/** Ten evenly spaced colours of matplotlib's maps (van der Walt and Smith, 2015, CC0); OKLab fills in between. */
const INFERNO: readonly Rgb[] = [
  [0, 0, 4],
  [27, 12, 66],
  [75, 12, 107],
  [120, 28, 109],
  [165, 44, 96],
  [207, 68, 70],
  [237, 105, 37],
  [251, 154, 6],
  [247, 208, 60],
  [252, 255, 164],
];

const VIRIDIS: readonly Rgb[] = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 74, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [109, 205, 89],
  [180, 222, 44],
  [253, 231, 37],
];

/** Zero fades into the card, so that what stands out is what is large; both arms have equal lightness at their ends. */
const DIVERGING: Readonly<Record<'dark' | 'light', readonly Rgb[]>> = {
  dark: [
    [125, 196, 255],
    [58, 124, 226],
    [30, 58, 116],
    [24, 29, 39],
    [110, 32, 44],
    [214, 72, 72],
    [255, 168, 140],
  ],
  light: [
    [16, 58, 140],
    [54, 116, 214],
    [150, 188, 240],
    [243, 244, 247],
    [244, 170, 156],
    [212, 72, 66],
    [134, 20, 32],
  ],
};

/** The table of a map. Only the diverging one differs between themes: its middle is the colour of the card. */
export function colourTable(name: ColourMapName, theme: 'dark' | 'light'): ColourTable {
  switch (name) {
    case 'inferno':
      return interpolate(INFERNO);
    case 'viridis':
      return interpolate(VIRIDIS);
    case 'diverging':
      return interpolate(DIVERGING[theme]);
    default:
      return name satisfies never;
  }
}

/** The map as a CSS gradient from left (low) to right (high), for legends. */
export function cssGradient(table: ColourTable, stops = 12): string {
  const colours = Array.from({ length: stops }, (_, stop) => {
    const code = Math.round((stop / (stops - 1)) * 255);
    return `rgb(${table[3 * code]} ${table[3 * code + 1]} ${table[3 * code + 2]})`;
  });
  return `linear-gradient(90deg, ${colours.join(', ')})`;
}

function interpolate(knots: readonly Rgb[]): ColourTable {
  const table = new Uint8Array(256 * 3);
  const lab = knots.map(toOklab);
  for (let code = 0; code < 256; code++) {
    const position = (code / 255) * (knots.length - 1);
    const left = Math.min(Math.floor(position), knots.length - 2);
    const fraction = position - left;
    const [from, to] = [lab[left]!, lab[left + 1]!];
    const mixed = from.map((value, axis) => value + (to[axis]! - value) * fraction);
    table.set(fromOklab([mixed[0]!, mixed[1]!, mixed[2]!]), 3 * code);
  }
  return table;
}

/** Ottosson's OKLab (2020), in which equal steps look equal. */
function toOklab(colour: Rgb): Rgb {
  const [r, g, b] = colour.map((byte) => {
    const c = byte / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: Rgb): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const byte = (c: number): number => {
    const encoded = c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
    return Math.round(Math.min(1, Math.max(0, encoded)) * 255);
  };
  return [
    byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    byte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}
