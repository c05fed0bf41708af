/** The theme in force: what was chosen, or what the system has; written where the style sheets read it. */
import type { ViewStore } from './view.ts';

export interface ThemeInForce {
  readonly current: 'dark' | 'light';
  /** Calls when it changes: what is painted on canvases has to be painted anew. @returns unsubscribes. */
  subscribe(listener: () => void): () => void;
}

/**
 * @param prefersLight The system's preference, `matchMedia('(prefers-color-scheme: light)')`.
 * @param root Gets `data-theme`.
 */
export function followTheme(
  view: ViewStore,
  prefersLight: Pick<MediaQueryList, 'matches' | 'addEventListener'>,
  root: Pick<HTMLElement, 'dataset'>,
): ThemeInForce {
  const listeners = new Set<() => void>();
  const resolve = (): 'dark' | 'light' => {
    const { theme } = view.getState();
    if (theme !== 'system') return theme;
    return prefersLight.matches ? 'light' : 'dark';
  };
  let current = resolve();
  const update = (): void => {
    current = resolve();
    if (root.dataset['theme'] === current) return;
    root.dataset['theme'] = current;
    listeners.forEach((listener) => listener());
  };
  update();
  view.subscribe(update);
  prefersLight.addEventListener('change', update);
  return {
    get current() {
      return current;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
