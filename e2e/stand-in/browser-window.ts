/** The stand-in for Electron's BrowserWindow: a page, and what a window system would remember of it. */
import { EventEmitter } from 'node:events';
import type { Runtime } from './runtime.ts';
import { WebContents } from './web-contents.ts';

export interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  readonly x?: number;
  readonly y?: number;
  readonly title?: string;
  readonly webPreferences?: { readonly preload?: string };
}

export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents;
  readonly #runtime: Runtime;
  readonly #bounds: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  #title: string;
  #edited = false;
  #maximized = false;
  #fullScreen = false;

  constructor(runtime: Runtime, options: WindowOptions) {
    super();
    this.#runtime = runtime;
    this.#title = options.title ?? '';
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.#bounds = { x, y, width, height };
    this.webContents = new WebContents(runtime, runtime.nextId(), options.webPreferences?.preload, () => this.close());
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
    runtime.windows.add(this);
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.loadURL(url);
  }

  /** Asks the listeners of `close`, any of which may keep the window open. */
  close(): void {
    let prevented = false;
    this.emit('close', {
      preventDefault: () => {
        prevented = true;
      },
    });
    if (!prevented) this.destroy();
  }

  destroy(): void {
    if (!this.#runtime.windows.delete(this)) return;
    if (this.#runtime.focused === this) this.#runtime.focused = null;
    void this.webContents.destroy().then(() => {
      this.emit('closed');
      if (this.#runtime.windows.size === 0) this.#runtime.onAllClosed();
    });
  }

  isDestroyed(): boolean {
    return !this.#runtime.windows.has(this);
  }

  getTitle(): string {
    return this.#title;
  }

  setTitle(title: string): void {
    this.#title = title;
  }

  isDocumentEdited(): boolean {
    return this.#edited;
  }

  setDocumentEdited(edited: boolean): void {
    this.#edited = edited;
  }

  getNormalBounds() {
    return this.#bounds;
  }

  isMaximized(): boolean {
    return this.#maximized;
  }

  maximize(): void {
    this.#maximized = true;
  }

  isFullScreen(): boolean {
    return this.#fullScreen;
  }

  setFullScreen(fullScreen: boolean): void {
    this.#fullScreen = fullScreen;
  }

  isMinimized(): boolean {
    return false;
  }

  restore(): void {
    this.emit('restore');
  }

  /** A window that is shown comes to the front. */
  show(): void {
    this.emit('show');
    this.focus();
  }

  isFocused(): boolean {
    return this.#runtime.focused === this;
  }

  focus(): void {
    const before = this.#runtime.focused;
    if (before === this || this.isDestroyed()) return;
    this.#runtime.focused = this;
    before?.emit('blur');
    this.emit('focus');
  }
}
