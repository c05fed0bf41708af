/** The module that `require('electron')` gives to the main process: as much of Electron as Patchbay uses. */
import type { MenuItemConstructorOptions } from 'electron';
import { App } from './app.ts';
import { BrowserWindow, type WindowOptions } from './browser-window.ts';
import type { ProtocolHandler } from './protocol-bridge.ts';
import type { InvokeHandler, PermissionHandler, RequestFilter, Runtime } from './runtime.ts';
import type { WebContents } from './web-contents.ts';

type StandInMenuItem = Omit<MenuItemConstructorOptions, 'submenu' | 'click'> & {
  readonly submenu: StandInMenu | null;
  readonly click: () => void;
};

interface StandInMenu {
  readonly items: readonly StandInMenuItem[];
  getMenuItemById(id: string): StandInMenuItem | null;
}

export function createElectron(runtime: Runtime, name: string) {
  const app = new App(runtime, name);
  const menu: { application: StandInMenu | null } = { application: null };
  const display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } };

  class Window extends BrowserWindow {
    constructor(options: WindowOptions = {}) {
      super(runtime, options);
    }
    static getAllWindows(): readonly BrowserWindow[] {
      return [...runtime.windows];
    }
    static getFocusedWindow(): BrowserWindow | null {
      return runtime.focused;
    }
    static fromWebContents(contents: WebContents): BrowserWindow | null {
      return runtime.windows.values().find(({ webContents }) => webContents === contents) ?? null;
    }
  }

  return {
    app,
    BrowserWindow: Window,
    webContents: {
      fromDevToolsTargetId: (id: string) =>
        runtime.windows.values().find(({ webContents }) => webContents.targetId === id)?.webContents,
    },
    ipcMain: { handle: (channel: string, handler: InvokeHandler) => void runtime.invokeHandlers.set(channel, handler) },
    protocol: {
      registerSchemesAsPrivileged: () => undefined,
      handle: (scheme: string, handler: ProtocolHandler) => runtime.bridge.handle(scheme, handler),
    },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: PermissionHandler) => {
          runtime.permissionHandler = handler;
        },
        // Chromium's own answer stands for both; see WebContents.
        setPermissionCheckHandler: () => undefined,
        setDevicePermissionHandler: () => undefined,
        setDisplayMediaRequestHandler: () => undefined,
        webRequest: {
          onBeforeRequest: (filter: RequestFilter) => {
            runtime.requestFilter = filter;
          },
        },
        // Headless Chromium downloads nothing: a listener of another event would wait for ever, and is refused.
        on: (event: string) => {
          if (event !== 'will-download') throw new Error(`The stand-in's session has no event ${event}.`);
        },
      },
    },
    Menu: {
      buildFromTemplate,
      setApplicationMenu: (built: StandInMenu | null) => {
        menu.application = built;
      },
      getApplicationMenu: () => menu.application,
    },
    // Nobody is there to answer: a test puts its answer in the place of these.
    dialog: {
      showOpenDialog: nobody,
      showSaveDialog: nobody,
      showMessageBox: nobody,
    },
    screen: { getPrimaryDisplay: () => display, getAllDisplays: () => [display] },
    shell: { openExternal: nobody, showItemInFolder: nobody },
  };
}

function buildFromTemplate(template: readonly MenuItemConstructorOptions[]): StandInMenu {
  const items = template.map(({ submenu, click, ...options }) => ({
    ...options,
    submenu: Array.isArray(submenu) ? buildFromTemplate(submenu) : null,
    click: click as StandInMenuItem['click'],
  }));
  const getMenuItemById = (id: string): StandInMenuItem | null => {
    for (const item of items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  };
  return { items, getMenuItemById };
}

function nobody(): never {
  throw new Error('The stand-in has no person to ask: the test must answer in the place of this function.');
}
