/** What the parts of the stand-in share: the browser once it runs, protocols, handlers, the windows that are open. */
import type { Chromium } from './chromium.ts';
import { ProtocolBridge } from './protocol-bridge.ts';
import type { WebContents } from './web-contents.ts';
import type { BrowserWindow } from './browser-window.ts';

export type InvokeHandler = (event: object, payload: unknown) => unknown;
export type PermissionHandler = (
  contents: WebContents,
  permission: string,
  answer: (granted: boolean) => void,
  details: { readonly requestingUrl: string },
) => void;
export type RequestFilter = (
  details: { readonly url: string },
  answer: (response: { readonly cancel?: boolean }) => void,
) => void;

export class Runtime {
  readonly switches: Map<string, string>;
  readonly bridge = new ProtocolBridge();
  readonly invokeHandlers = new Map<string, InvokeHandler>();
  readonly windows = new Set<BrowserWindow>();
  /** The one that has the focus; a window system gives it to one at a time. */
  focused: BrowserWindow | null = null;
  #lastId = 0;
  permissionHandler: PermissionHandler | null = null;
  requestFilter: RequestFilter | null = null;
  /** Told of each page before it loads anything. */
  onContents: (contents: WebContents) => void = () => undefined;
  onAllClosed: () => void = () => undefined;
  /** Set before the app is ready. */
  chromium: Chromium | null = null;

  constructor(switches: Map<string, string>) {
    this.switches = switches;
  }

  /** Of a window, or a page: never given out twice. */
  nextId(): number {
    return ++this.#lastId;
  }

  get cdp(): Chromium['cdp'] {
    if (!this.chromium) throw new Error('The app is not ready.');
    return this.chromium.cdp;
  }
}
