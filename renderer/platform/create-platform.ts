/** Chooses the shell: the desktop's preload has left its bridge on the window, or this is a browser. */
import type { DesktopApi } from '../../electron/api.ts';
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
  return window.patchbayDesktop ? createElectronPlatform(window.patchbayDesktop) : createBrowserPlatform();
}
