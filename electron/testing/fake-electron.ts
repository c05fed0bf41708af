/** As much of Electron as the main process asks of it, without a window system: for `vi.mock('electron', …)`. */
import { EventEmitter } from 'node:events';

/** What the faked parts of the world are asked for and answer. */
export interface FakeWorld {
  readonly handlers: Map<string, unknown>;
  /** Those that are open. */
  readonly windows: Set<FakeWindow>;
  /** How the person answers the dialogs. */
  readonly open: readonly string[];
  readonly save: string;
  readonly button: number;
}

export interface FakeWindow {
  readonly webContents: object;
  /** What it was told to show. */
  readonly url: string;
  /** What was sent to the page: channels and payloads. */
  readonly sent: readonly (readonly [channel: string, payload: unknown])[];
  focus(): void;
  close(): void;
}

export function createFakeElectron(world: FakeWorld) {
  class BrowserWindow extends EventEmitter implements FakeWindow {
    url = '';
    readonly sent: (readonly [string, unknown])[] = [];
    #destroyed = false;
    readonly webContents = Object.assign(new EventEmitter(), {
      send: (channel: string, payload: unknown) => void this.sent.push([channel, payload]),
      getURL: () => 'patchbay://app/',
      reload: () => undefined,
    });
    constructor() {
      super();
      world.windows.add(this);
    }
    loadURL = async (url: string) => {
      this.url = url;
      await Promise.resolve();
      this.webContents.emit('did-navigate');
      this.webContents.emit('dom-ready');
    };
    show = () => undefined;
    focus = () => void this.emit('focus');
    maximize = () => undefined;
    setFullScreen = () => undefined;
    isMinimized = () => false;
    isMaximized = () => false;
    isFullScreen = () => false;
    isDestroyed = () => this.#destroyed;
    getNormalBounds = () => ({ x: 0, y: 0, width: 800, height: 600 });
    setTitle = () => undefined;
    setDocumentEdited = () => undefined;
    close = () => {
      const state = { prevented: false };
      this.emit('close', { preventDefault: () => (state.prevented = true) });
      if (state.prevented) return;
      this.#destroyed = true;
      world.windows.delete(this);
      this.emit('closed');
    };
  }
  const display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } };
  return {
    app: {
      addRecentDocument: () => undefined,
      clearRecentDocuments: () => undefined,
      quit: () => undefined,
      relaunch: () => undefined,
      getGPUInfo: () => Promise.resolve({ gpuDevice: [] }),
      getGPUFeatureStatus: () => ({}),
    },
    shell: { showItemInFolder: () => undefined },
    BrowserWindow,
    Menu: { buildFromTemplate: () => ({ getMenuItemById: () => null }), setApplicationMenu: () => undefined },
    screen: { getPrimaryDisplay: () => display, getAllDisplays: () => [display] },
    ipcMain: { handle: (channel: string, handler: unknown) => void world.handlers.set(channel, handler) },
    dialog: {
      showOpenDialog: () => Promise.resolve({ canceled: world.open.length === 0, filePaths: world.open }),
      showSaveDialog: () => Promise.resolve({ canceled: world.save === '', filePath: world.save }),
      showMessageBox: () => Promise.resolve({ response: world.button }),
    },
  };
}
