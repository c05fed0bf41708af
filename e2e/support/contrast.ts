/**
 * The contrast of text as it is painted (WCAG 1.4.3): its colour, with every opacity above it, over the pixels that lie
 * behind it. axe-core computes backgrounds from styles, and gives up over canvases, gradients and what overlaps.
 */
import type { Page } from '@playwright/test';
import sharp from 'sharp';

/** Large text, 24 px or 18.66 px and bold, is read at less. */
const NORMAL = 4.5;
const LARGE = 3;
/** Of the pixels behind a text so many may be worse: edges of what lies there, and corners that are rounded. */
const SHARE = 0.1;

interface Text {
  /** Red, green, blue 0 … 255, and how opaque it is in the end. */
  readonly colour: readonly [number, number, number, number];
  readonly large: boolean;
  /** Places of the window at which the text is the topmost. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/**
 * Measures the elements that the page holds in `window.unmeasured`.
 * @returns for each what is wrong: null where its contrast is enough, or where nothing of it is to be seen.
 */
export async function measureContrast(page: Page): Promise<readonly (string | null)[]> {
  const texts = await page.evaluate(readTexts, HIDDEN_TEXT);
  try {
    // The picture is of a frame that knows it.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const { data, info } = await sharp(await page.screenshot())
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return texts.map(({ colour, large, points }) => {
      const ratios = points.flatMap(([x, y]) => {
        if (x < 0 || y < 0 || x >= info.width || y >= info.height) return [];
        const at = (y * info.width + x) * info.channels;
        return [contrast(colour, [data[at]!, data[at + 1]!, data[at + 2]!])];
      });
      if (ratios.length === 0) return null;
      const ratio = ratios.sort((a, b) => a - b)[Math.floor(ratios.length * SHARE)]!;
      const wanted = large ? LARGE : NORMAL;
      return ratio >= wanted ? null : `measured ${ratio.toFixed(2)} : 1, where ${wanted} : 1 is wanted`;
    });
  } finally {
    await page.evaluate(() => document.adoptedStyleSheets.pop());
  }
}

/** Text goes, and what it stands on stays as it is; what takes no pointer is found at a place all the same. */
const HIDDEN_TEXT = `
  *, *::before, *::after, *::placeholder {
    color: transparent !important;
    -webkit-text-fill-color: transparent !important;
    text-shadow: none !important;
    caret-color: transparent !important;
    transition: none !important;
    pointer-events: auto !important;
  }
  svg text { fill: transparent !important; }`;

/** Runs in the page, and leaves its texts hidden. */
function readTexts(hiding: string): Text[] {
  const { unmeasured } = window as unknown as { unmeasured: readonly HTMLElement[] };
  const looks = unmeasured.map((element) => {
    const style = getComputedStyle(element);
    let opacity = 1;
    for (let at: Element | null = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    const canvas = new OffscreenCanvas(1, 1).getContext('2d')!;
    canvas.fillStyle = style.color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    return { colour: [red!, green!, blue!, (alpha! / 255) * opacity] as const, large };
  });
  // The policy of the page takes no style elements.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(hiding);
  document.adoptedStyleSheets.push(sheet);
  /** Of the words alone: marks beside them are no background. */
  const textBoxes = (element: Element): DOMRect[] => {
    if (element.matches('input, textarea, select')) return [element.getBoundingClientRect()];
    return [...element.childNodes].flatMap((node) => {
      if (node.nodeType !== Node.TEXT_NODE) return [];
      const range = document.createRange();
      range.selectNode(node);
      return [...range.getClientRects()];
    });
  };
  return unmeasured.map((element, index) => {
    const points: [number, number][] = [];
    for (const { left, top, width, height } of textBoxes(element)) {
      for (let step = 0; step < 12; step++) {
        for (const part of [0.25, 0.5, 0.75]) {
          const [x, y] = [Math.floor(left + ((step + 0.5) / 12) * width), Math.floor(top + part * height)];
          const topmost = document.elementFromPoint(x, y);
          if (topmost && (element.contains(topmost) || topmost.contains(element))) points.push([x, y]);
        }
      }
    }
    return { ...looks[index]!, points };
  });
}

/** (L₁ + 0.05) / (L₂ + 0.05), the colour laid over what is behind it. */
function contrast([r, g, b, alpha]: Text['colour'], behind: readonly [number, number, number]): number {
  const over = [r, g, b].map((channel, index) => alpha * channel + (1 - alpha) * behind[index]!);
  const [light, dark] = [luminance(over), luminance(behind)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Relative luminance of sRGB. */
function luminance(channels: readonly number[]): number {
  const [r, g, b] = channels.map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
