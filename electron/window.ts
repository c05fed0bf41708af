/** One window: where it opens, what it tells the page, and how it closes. */
import { BrowserWindow, screen } from 'electron';
import { OPENING_HASH, type DesktopEvents, type EventName } from './api.ts';
import { EVENT_CHANNELS } from './channels.ts';
import { decideClose, INITIAL_GUARD, type CloseGuard } from './close-guard.ts';
import type { Dialogs } from './dialogs.ts';
import { describeError, DesktopError } from './errors.ts';
import { LOCKED_PREFERENCES } from './lock-down.ts';
import { APP_URL, isAppUrl } from './trust.ts';
import { boundsToOpen, MINIMUM_SIZE, type KeptWindowState, type WindowState } from './window-state.ts';

export interface WindowOptions {
  readonly preload: string;
  /** Where it opens; null: where the system puts it. */
  readonly state: WindowState | null;
  /** A document is on its way to it, and the page shows nothing else meanwhile. */
  readonly opening: boolean;
  /** Gets where it stood. */
  readonly kept: Pick<KeptWindowState, 'write'>;
  readonly dialogs: Dialogs;
  /** It is the one that the person works in from now on. */
  readonly onFocus: () => void;
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

  /** Settles with the first page: loaded, or never. */
  readonly #firstLoad = Promise.withResolvers<void>();
  /** Told how the question whether to close is answered. */
  #closing: PromiseWithResolvers<boolean> | null = null;
  /** The number of the last question whether to close. */
  #question = 0;

  /** Opens the window; its page loads by and by. */
  constructor(options: WindowOptions) {
    this.#options = options;
    const { state } = options;
    const primary = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
    const workAreas = [primary, ...others].map(({ workArea }) => workArea);
    const browserWindow = new BrowserWindow({
      ...boundsToOpen(state?.bounds ?? null, workAreas),
      minWidth: MINIMUM_SIZE.width,
      minHeight: MINIMUM_SIZE.height,
      title: 'Patchbay',
      // No flash of white before the page has painted; the dark theme's background (renderer/styles/tokens.css).
      backgroundColor: '#0e1116',
      show: false,
      webPreferences: { ...LOCKED_PREFERENCES, preload: options.preload },
    });
    this.browserWindow = browserWindow;
    if (state?.maximized) browserWindow.maximize();
    if (state?.fullScreen) browserWindow.setFullScreen(true);
    this.#followPage();
    browserWindow.once('ready-to-show', () => browserWindow.show());
    browserWindow.on('focus', options.onFocus);
    browserWindow.on('close', (event) => this.#onClose(event));
    browserWindow.on('closed', () => this.#onClosed());
    // The title is set with the document's state, not by whatever the page calls itself.
    browserWindow.on('page-title-updated', (event) => event.preventDefault());
    // Whether anybody waits for it or not.
    this.#firstLoad.promise.catch(() => undefined);
    browserWindow
      .loadURL(options.opening ? `${APP_URL}${OPENING_HASH}` : APP_URL)
      .catch((error: unknown) => console.error(`The page did not load: ${describeError(error)}`));
  }

  /** Resolves once the page has loaded for the first time. @throws {DesktopError} where the window closes before. */
  async loaded(): Promise<void> {
    await this.#firstLoad.promise;
  }

  /** Where it stands now. */
  get state(): WindowState {
    const { browserWindow } = this;
    return {
      bounds: browserWindow.getNormalBounds(),
      maximized: browserWindow.isMaximized(),
      fullScreen: browserWindow.isFullScreen(),
    };
  }

  /** Whether somebody would be asked before it closes. */
  get asksToClose(): boolean {
    return decideClose(this.#guard) !== 'close';
  }

  /** Closes it, once the person lets it; on top, so that they see what they are asked about. @returns whether it closed. */
  async close(): Promise<boolean> {
    if (this.browserWindow.isDestroyed()) return true;
    this.#closing ??= Promise.withResolvers<boolean>();
    const { promise } = this.#closing;
    this.focus();
    this.browserWindow.close();
    return await promise;
  }

  /** Sends an event to the page, once it is there. */
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

  /** The person has been asked about unsaved edits. One who stays has answered the last question alone: a late answer to one before calls nothing off. */
  answerClose(question: number, close: boolean): void {
    if (!close) {
      if (question !== this.#question) return;
      this.#settleClosing(false);
      this.#options.onStay();
      return;
    }
    if (this.browserWindow.isDestroyed()) return;
    this.#guard = { ...this.#guard, allowed: true };
    this.browserWindow.close();
  }

  #onClose(event: Electron.Event): void {
    const decision = decideClose(this.#guard);
    switch (decision) {
      case 'close':
        this.#options.onWork(this.#options.kept.write(this.state));
        return;
      case 'ask-renderer':
        event.preventDefault();
        this.send('closeRequested', { question: ++this.#question });
        return;
      case 'ask-natively': {
        event.preventDefault();
        const question = ++this.#question;
        void this.#options.dialogs.confirmCloseUnresponsive().then((close) => this.answerClose(question, close));
        return;
      }
      default:
        decision satisfies never;
    }
  }

  #onClosed(): void {
    this.#firstLoad.reject(new DesktopError('The window was closed before its page had loaded.'));
    this.#settleClosing(true);
    this.#options.onClosed();
  }

  #settleClosing(closed: boolean): void {
    this.#closing?.resolve(closed);
    this.#closing = null;
  }

  #followPage(): void {
    const contents = this.browserWindow.webContents;
    // Not `did-start-navigation`, which also comes before a navigation that is then denied.
    contents.on('did-navigate', () => {
      this.#loaded = false;
      this.#options.onNewPage();
    });
    // Its scripts have run. A picture or a font that is late is no reason to keep commands from it.
    contents.on('dom-ready', () => {
      // Whatever else may have been loaded gets no documents of the person.
      if (!isAppUrl(contents.getURL())) return;
      this.#loaded = true;
      this.#guard = { ...this.#guard, alive: true };
      this.#firstLoad.resolve();
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
