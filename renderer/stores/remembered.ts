/** What outlives the session: theme, panels and the tour's step, in localStorage. Anything unreadable gives the defaults. */
import { z } from 'zod';
import { recall } from './recall.ts';
import { DEFAULT_VIEW, type RememberedView, type ViewStore } from './view.ts';

const KEY = 'patchbay:view';

function remembered() {
  const panel = z.object({ open: z.boolean(), size: z.number().min(80).max(1200) });
  return z.object({
    theme: z.enum(['system', 'dark', 'light']),
    panels: z.object({
      library: panel,
      inspector: panel,
      problems: panel,
      // Later than the others.
      profile: panel.default(DEFAULT_VIEW.panels.profile),
      modules: panel.default(DEFAULT_VIEW.panels.modules),
    }),
    tourStep: z.number().int().nonnegative().nullable().default(null),
  });
}

export function recallView(storage: Pick<Storage, 'getItem'>): RememberedView {
  return recall(storage, KEY, remembered) ?? DEFAULT_VIEW;
}

/** Writes on every change. @returns stops. */
export function rememberView(view: ViewStore, storage: Pick<Storage, 'setItem'>): () => void {
  return view.subscribe(({ theme, panels, tourStep }, before) => {
    if (theme === before.theme && panels === before.panels && tourStep === before.tourStep) return;
    try {
      storage.setItem(KEY, JSON.stringify({ theme, panels, tourStep }));
    } catch {
      // Storage is full or denied: the view is merely forgotten.
    }
  });
}
