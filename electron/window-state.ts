/** Where windows stood, so that one opens there again if that place is still on a screen. */
import type { Rectangle } from 'electron';
import { z } from 'zod';
import { describeError } from './errors.ts';
import { readJson, writeJson } from './json-file.ts';

export const windowState = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() }),
  maximized: z.boolean(),
  // Later than the others.
  fullScreen: z.boolean().default(false),
});

export type WindowState = z.infer<typeof windowState>;

export const DEFAULT_SIZE = { width: 1440, height: 900 } as const;
export const MINIMUM_SIZE = { width: 800, height: 560 } as const;

/** How far a new window stands from the one that it came from, to the right and below: about a title bar. */
const STEP = 32;

/** How much of the title bar must be on a screen for a hand to reach it. */
const GRIP = { width: 120, height: 32 } as const;

/**
 * The bounds to open with: the saved ones, or a default size, which the system centres, if there are none or the
 * screen they were on is gone.
 * @param workAreas Of the screens, the first one's being the primary screen's.
 */
export function boundsToOpen(
  saved: Rectangle | null,
  workAreas: readonly Rectangle[],
): Rectangle | { readonly width: number; readonly height: number } {
  const primary = workAreas[0];
  if (saved && workAreas.some((area) => canBeReached(saved, area))) return saved;
  return {
    width: Math.min(DEFAULT_SIZE.width, primary?.width ?? DEFAULT_SIZE.width),
    height: Math.min(DEFAULT_SIZE.height, primary?.height ?? DEFAULT_SIZE.height),
  };
}

/** Where another window opens: beside the one that it came from, as large, and in no state of that one. */
export function besides({ bounds }: WindowState): WindowState {
  const { x, y, width, height } = bounds;
  return { bounds: { x: x + STEP, y: y + STEP, width, height }, maximized: false, fullScreen: false };
}

/** Keeps where the window stood that closed last. */
export class KeptWindowState {
  readonly #path: string;
  /** Writes one after the other: the last state must be the one that stays. */
  #written: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<WindowState | null> {
    return await readJson(this.#path, windowState);
  }

  /** Never rejects: where a window stood is not worth a message at the moment it closes. */
  async write(state: WindowState): Promise<void> {
    this.#written = this.#written
      .then(() => writeJson(this.#path, state))
      .catch((error: unknown) => console.error(describeError(error)));
    await this.#written;
  }
}

function canBeReached(window: Rectangle, area: Rectangle): boolean {
  const overlap = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const top = window.y >= area.y && window.y + GRIP.height <= area.y + area.height;
  return top && overlap >= GRIP.width;
}
