/** The colours that 2D canvases draw with: maps as tables and the theme's own colours, resolved once per theme. */
import { useMemo, useSyncExternalStore } from 'react';
import { useApp } from '../app-context.ts';
import { colourTable, cssGradient, type ColourMapName, type ColourTable } from './colour-maps.ts';

export interface Palette {
  readonly theme: 'dark' | 'light';
  table(map: ColourMapName): ColourTable;
  /** CSS background of a legend. */
  gradient(map: ColourMapName): string;
  /** A colour token of the style sheet, resolved: `--tensor`. */
  token(name: `--${string}`): string;
  /**
   * Pixels as an image, to be drawn before the next are made one: all previews share its canvas, because to make a canvas
   * takes longer than to draw on it.
   */
  image(pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): OffscreenCanvas;
}

/** Drawn in memory: small pictures that are rare, for which the page need not wait until the GPU process is there. */
export const IN_MEMORY: CanvasRenderingContext2DSettings = { willReadFrequently: true };

/** A palette whose tables are made when they are first asked for. */
export function createPalette(theme: 'dark' | 'light', resolve: (token: string) => string): Palette {
  const tables = new Map<ColourMapName, ColourTable>();
  const tokens = new Map<string, string>();
  let context: OffscreenCanvasRenderingContext2D | null = null;
  const table = (map: ColourMapName): ColourTable => {
    const made = tables.get(map) ?? colourTable(map, theme);
    tables.set(map, made);
    return made;
  };
  return {
    theme,
    table,
    gradient: (map) => cssGradient(table(map)),
    token: (name) => {
      const value = tokens.get(name) ?? resolve(name);
      tokens.set(name, value);
      return value;
    },
    image: (pixels, width, height) => {
      context ??= new OffscreenCanvas(width, height).getContext('2d', IN_MEMORY)!;
      const { canvas } = context;
      canvas.width = width;
      canvas.height = height;
      context.putImageData(new ImageData(pixels, width, height), 0, 0);
      return canvas;
    },
  };
}

/** The palette of the theme in force; another one when the person or the system changes it. */
export function usePalette(): Palette {
  const { theme } = useApp();
  const current = useSyncExternalStore(
    (listener) => theme.subscribe(listener),
    () => theme.current,
  );
  return useMemo(() => readPalette(current), [current]);
}

/** The palette of a theme, with the tokens of the page's style sheet. */
export function readPalette(theme: 'dark' | 'light'): Palette {
  return createPalette(theme, (token) => readToken(token, theme));
}

/** Reads a registered colour under a theme, whether or not the page has switched to it yet. */
function readToken(token: string, theme: 'dark' | 'light'): string {
  const probe = document.createElement('i');
  probe.style.colorScheme = theme;
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
