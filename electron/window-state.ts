/** Where the window stood, so that it opens there again if that place is still on a screen. */
import type { Rectangle } from 'electron';
import { z } from 'zod';

export const windowState = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() }),
  maximized: z.boolean(),
});

export type WindowState = z.infer<typeof windowState>;

export const DEFAULT_SIZE = { width: 1440, height: 900 } as const;
export const MINIMUM_SIZE = { width: 800, height: 560 } as const;

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

function canBeReached(window: Rectangle, area: Rectangle): boolean {
  const overlap = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const top = window.y >= area.y && window.y + GRIP.height <= area.y + area.height;
  return top && overlap >= GRIP.width;
}
