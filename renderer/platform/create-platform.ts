/** Chooses the shell: the desktop's preload has left its bridge on the window, or this is a browser. */
import { OPENING_HASH, type DesktopApi } from '../../electron/api.ts';
import { createBrowserPlatform } from './browser.ts';
import { createElectronPlatform } from './electron.ts';
import type { Platform } from './platform.ts';

declare global {
  interface Window {
    /** Left by the preload of the desktop shell. */
    readonly patchbayDesktop?: DesktopApi;
  }
}

export function createPlatform(): Platform {
  if (!window.patchbayDesktop) return createBrowserPlatform();
  const opensDocument = location.hash === OPENING_HASH;
  // A page that is reloaded gets none.
  if (opensDocument) history.replaceState(null, '', location.pathname);
  return createElectronPlatform(window.patchbayDesktop, opensDocument);
}
