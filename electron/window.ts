/** The window: where it opens, what it tells the page, and how it closes. */
import { BrowserWindow, screen } from 'electron';
import type { DesktopEvents, EventName } from './api.ts';
import { EVENT_CHANNELS } from './channels.ts';
import { decideClose, INITIAL_GUARD, type CloseGuard } from './close-guard.ts';
import type { Dialogs } from './dialogs.ts';
import { describeError } from './errors.ts';
import { readJson, writeJson } from './json-file.ts';
import { LOCKED_PREFERENCES } from './lock-down.ts';
import { APP_URL, isAppUrl } from './trust.ts';
import { boundsToOpen, MINIMUM_SIZE, windowState } from './window-state.ts';

export interface WindowOptions {
  readonly preload: string;
  /** Where the bounds are kept. */
  readonly statePath: string;
  readonly dialogs: Dialogs;
  /** A page begins, the first one or one anew: what the one before told is void. */
  readonly onNewPage: () => void;
  /** The person chose to keep the window open. */
  readonly onStay: () => void;
  readonly onClosed: () => void;
  /** Gets what the app must not end in the midst of. */
  readonly onWork: (work: Promise<unknown>) => void;
}

export class DesktopWindow {
  readonly browserWindow: BrowserWindow;
  readonly #options: WindowOptions;
  #guard: CloseGuard = INITIAL_GUARD;
  /** Events for a page that has not loaded yet. */
  #waiting: (() => void)[] = [];
  #loaded = false;

  private constructor(browserWindow: BrowserWindow, options: WindowOptions) {
    this.browserWindow = browserWindow;
    this.#options = options;
    this.#followPage();
    browserWindow.on('close', (event) => this.#onClose(event));
    browserWindow.on('closed', options.onClosed);
    // The title is set with the document's state, not by whatever the page calls itself.
    browserWindow.on('page-title-updated', (event) => event.preventDefault());
  }

  /** Opens the window; resolves before its page has loaded. */
  static async open(options: WindowOptions): Promise<DesktopWindow> {
    const saved = await readJson(options.statePath, windowState);
    const primary = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
    const workAreas = [primary, ...others].map(({ workArea }) => workArea);
    const browserWindow = new BrowserWindow({
      ...boundsToOpen(saved?.bounds ?? null, workAreas),
      minWidth: MINIMUM_SIZE.width,
      minHeight: MINIMUM_SIZE.height,
      title: 'Patchbay',
      // No flash of white before the page has painted; the dark theme's background (renderer/styles/tokens.css).
      backgroundColor: '#0e1116',
      show: false,
      webPreferences: { ...LOCKED_PREFERENCES, preload: options.preload },
    });
    if (saved?.maximized) browserWindow.maximize();
    browserWindow.once('ready-to-show', () => browserWindow.show());
    const window = new DesktopWindow(browserWindow, options);
    browserWindow
      .loadURL(APP_URL)
      .catch((error: unknown) => console.error(`The page did not load: ${describeError(error)}`));
    return window;
  }

  /** Sends an event to the page, once it has loaded. */
  send<E extends EventName>(event: E, payload: DesktopEvents[E]): void {
    const send = () => this.browserWindow.webContents.send(EVENT_CHANNELS[event], payload);
    if (this.#loaded) send();
    else this.#waiting.push(send);
  }

  focus(): void {
    if (this.browserWindow.isMinimized()) this.browserWindow.restore();
    this.browserWindow.focus();
  }

  setDocumentState({ title, dirty }: { readonly title: string; readonly dirty: boolean }): void {
    this.#guard = { ...this.#guard, dirty };
    this.browserWindow.setTitle(title);
    this.browserWindow.setDocumentEdited(dirty);
  }

  /** The person has been asked about unsaved edits. */
  answerClose(close: boolean): void {
    if (!close) return this.#options.onStay();
    if (this.browserWindow.isDestroyed()) return;
    this.#guard = { ...this.#guard, allowed: true };
    this.browserWindow.close();
  }

  #onClose(event: Electron.Event): void {
    const decision = decideClose(this.#guard);
    switch (decision) {
      case 'close':
        this.#options.onWork(this.#saveState());
        return;
      case 'ask-renderer':
        event.preventDefault();
        this.send('closeRequested', null);
        return;
      case 'ask-natively':
        event.preventDefault();
        void this.#options.dialogs.confirmCloseUnresponsive().then((close) => this.answerClose(close));
        return;
      default:
        decision satisfies never;
    }
  }

  async #saveState(): Promise<void> {
    const state = { bounds: this.browserWindow.getNormalBounds(), maximized: this.browserWindow.isMaximized() };
    // Where the window stood is not worth a message at the moment it closes.
    await writeJson(this.#options.statePath, state).catch((error: unknown) => console.error(describeError(error)));
  }

  #followPage(): void {
    const contents = this.browserWindow.webContents;
    // Not `did-start-navigation`, which also comes before a navigation that is then denied.
    contents.on('did-navigate', () => {
      this.#loaded = false;
      this.#options.onNewPage();
    });
    contents.on('did-finish-load', () => {
      // Whatever else may have been loaded gets no documents of the person.
      if (!isAppUrl(contents.getURL())) return;
      this.#loaded = true;
      this.#guard = { ...this.#guard, alive: true };
      for (const send of this.#waiting.splice(0)) send();
    });
    contents.on('unresponsive', () => {
      this.#guard = { ...this.#guard, responsive: false };
    });
    contents.on('responsive', () => {
      this.#guard = { ...this.#guard, responsive: true };
    });
    contents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit') return;
      this.#guard = { ...INITIAL_GUARD, alive: false };
      this.#loaded = false;
      void this.#offerReload(reason);
    });
  }

  async #offerReload(reason: string): Promise<void> {
    const reload = await this.#options.dialogs.offerReload(reason);
    if (this.browserWindow.isDestroyed()) return;
    if (reload) this.browserWindow.webContents.reload();
    else this.browserWindow.close();
  }
}
