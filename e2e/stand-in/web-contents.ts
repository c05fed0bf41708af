/** The stand-in for Electron's WebContents: one page of Chromium, its frames, navigation and messages. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { CdpEvent } from './cdp.ts';
import type { Runtime } from './runtime.ts';
import { createCodec, OPEN, pageScript, POST, PRELOAD_WORLD, preloadScript, RECEIVE } from './worlds.ts';

export type WindowOpenHandler = (details: { readonly url: string }) => { readonly action: 'allow' | 'deny' };

interface Frame {
  readonly url: string;
  readonly parent: Frame | null;
}

interface FrameInfo {
  readonly id: string;
  readonly url: string;
  readonly parentId?: string;
}

const codec = createCodec();
/** Electron's names of permissions, and Chromium's in the protocol. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  geolocation: 'geolocation',
  notifications: 'notifications',
  midi: 'midi',
  'clipboard-read': 'clipboard-read',
  'clipboard-sanitized-write': 'clipboard-write',
};

export class WebContents extends EventEmitter {
  readonly id: number;
  targetId = '';
  #windowOpenHandler: WindowOpenHandler = () => ({ action: 'allow' });
  readonly #runtime: Runtime;
  readonly #requestClose: () => void;
  readonly #ready: Promise<void>;
  readonly #frames = new Map<string, Frame>();
  /** The context of the preload in the top frame. */
  #preloadContext = 0;
  #sessionId = '';
  #mainFrameId = '';
  /** What `loadURL` loads is the application's own wish; no `will-navigate` asks about it. */
  #loading = '';
  #destroyed = false;

  constructor(runtime: Runtime, id: number, preload: string | undefined, requestClose: () => void) {
    super();
    this.id = id;
    this.#runtime = runtime;
    this.#requestClose = requestClose;
    this.#ready = this.#open(preload);
  }

  get mainFrame(): Frame {
    return this.#frames.get(this.#mainFrameId) ?? { url: '', parent: null };
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  async loadURL(url: string): Promise<void> {
    await this.#ready;
    await this.#applyPermissions(url);
    this.#loading = requested(this.#runtime.bridge.toPage(url));
    const loaded = Promise.withResolvers<void>();
    this.once('did-finish-load', loaded.resolve);
    const { errorText } = await this.#send('Page.navigate', { url: this.#runtime.bridge.toPage(url) });
    if (typeof errorText === 'string') throw new Error(`${errorText} loading ${url}`);
    await loaded.promise;
  }

  reload(): void {
    this.#loading = requested(this.#runtime.bridge.toPage(this.getURL()));
    void this.#send('Page.reload');
  }

  forcefullyCrashRenderer(): void {
    // Who has crashed answers with that alone.
    this.#send('Page.crash').catch(() => undefined);
  }

  /** In the page's own world, as if the person had just clicked if `userGesture`. @throws what the code throws. */
  async executeJavaScript(expression: string, userGesture = false): Promise<unknown> {
    const { result, exceptionDetails } = (await this.#send('Runtime.evaluate', {
      expression,
      userGesture,
      awaitPromise: true,
      returnByValue: true,
    })) as {
      readonly result: { readonly value?: unknown };
      readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
    };
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  send(channel: string, payload: unknown): void {
    this.#toPreload({ id: null, channel, value: codec.encode(payload) }, this.#preloadContext);
  }

  /** Chromium's protocol cannot set it. */
  setWebRTCIPHandlingPolicy(): void {}

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#windowOpenHandler = handler;
  }

  close(): void {
    this.#requestClose();
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  async destroy(): Promise<void> {
    this.#destroyed = true;
    await this.#ready;
    await this.#runtime.cdp.send('Target.closeTarget', { targetId: this.targetId });
  }

  async #open(preload: string | undefined): Promise<void> {
    const { cdp } = this.#runtime;
    this.targetId = (await cdp.send('Target.createTarget', { url: 'about:blank', newWindow: true }))[
      'targetId'
    ] as string;
    const attached = await cdp.send('Target.attachToTarget', { targetId: this.targetId, flatten: true });
    this.#sessionId = attached['sessionId'] as string;
    this.#listen();
    this.#runtime.onContents(this);
    await this.#send('Page.enable');
    await this.#send('Runtime.addBinding', { name: POST, executionContextName: PRELOAD_WORLD });
    await this.#send('Runtime.addBinding', { name: OPEN });
    await this.#send('Runtime.enable');
    await this.#send('Fetch.enable', { patterns: [{ resourceType: 'Document', requestStage: 'Request' }] });
    await this.#addScript({ source: pageScript() });
    if (preload !== undefined) {
      await this.#addScript({ source: preloadScript(readFileSync(preload, 'utf8')), worldName: PRELOAD_WORLD });
    }
  }

  #listen(): void {
    const { bridge } = this.#runtime;
    this.#on('Page.frameNavigated', (event) => {
      const { id, url, parentId } = event['frame'] as FrameInfo;
      const parent = parentId === undefined ? null : (this.#frames.get(parentId) ?? null);
      if (!parent) this.#mainFrameId = id;
      this.#frames.set(id, { url: bridge.toApp(url), parent });
      if (!parent) this.emit('did-navigate', {}, bridge.toApp(url));
    });
    this.#on('Page.frameDetached', (event) => this.#frames.delete(event['frameId'] as string));
    this.#on('Page.domContentEventFired', () => this.emit('dom-ready'));
    this.#on('Page.loadEventFired', () => this.emit('did-finish-load'));
    this.#on('Inspector.targetCrashed', () => this.emit('render-process-gone', {}, { reason: 'crashed' }));
    this.#on('Fetch.requestPaused', (event) => void this.#onDocumentRequest(event));
    this.#on('Runtime.executionContextCreated', (event) => {
      const { id, name, auxData } = event['context'] as { id: number; name: string; auxData: { frameId: string } };
      // Before the first navigation the only frame is the top one, which has not been named yet.
      const top = this.#mainFrameId === '' || auxData.frameId === this.#mainFrameId;
      if (name === PRELOAD_WORLD && top) this.#preloadContext = id;
    });
    this.#on('Runtime.bindingCalled', (event) => {
      const payload = String(event['payload']);
      if (event['name'] === OPEN) this.#onWindowOpen(payload);
      else void this.#onInvoke(payload, event['executionContextId'] as number);
    });
  }

  /** Every document that any frame is about to load. */
  async #onDocumentRequest(event: CdpEvent): Promise<void> {
    const { url } = event['request'] as { url: string };
    const requestId = event['requestId'];
    const isMainFrame = event['frameId'] === this.#mainFrameId || this.#mainFrameId === '';
    if (isMainFrame && url === this.#loading) {
      this.#loading = '';
      await this.#send('Fetch.continueRequest', { requestId });
      return;
    }
    let prevented = false;
    const details = {
      url: this.#runtime.bridge.toApp(url),
      isMainFrame,
      preventDefault: () => {
        prevented = true;
      },
    };
    this.emit('will-frame-navigate', details);
    if (isMainFrame) this.emit('will-navigate', details);
    if (prevented || this.#isFiltered(details.url))
      await this.#send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
    else await this.#send('Fetch.continueRequest', { requestId });
  }

  /** Of documents alone: the others are the content security policy's, which Chromium carries out. */
  #isFiltered(url: string): boolean {
    let cancelled = false;
    this.#runtime.requestFilter?.({ url }, ({ cancel = false }) => (cancelled = cancel));
    return cancelled;
  }

  #onWindowOpen(url: string): void {
    const { action } = this.#windowOpenHandler({ url: this.#runtime.bridge.toApp(url) });
    if (action !== 'deny') throw new Error('The stand-in opens no windows for pages.');
  }

  async #onInvoke(text: string, contextId: number): Promise<void> {
    const { id, channel, payload } = JSON.parse(text) as { id: number; channel: string; payload: string };
    const handler = this.#runtime.invokeHandlers.get(channel);
    const senderFrame = this.mainFrame;
    try {
      if (!handler) throw new Error(`No handler registered for '${channel}'`);
      const value = await handler({ sender: this, senderFrame, type: 'frame' }, codec.decode(payload));
      this.#toPreload({ id, ok: true, value: codec.encode(value) }, contextId);
    } catch (error) {
      this.#toPreload({ id, ok: false, value: codec.encode(String(error)) }, contextId);
    }
  }

  #toPreload(message: object, contextId: number): void {
    const expression = `${RECEIVE}(${JSON.stringify(JSON.stringify(message))})`;
    // The page may have gone since; Electron drops such messages too.
    this.#send('Runtime.evaluate', { expression, contextId }).catch(() => undefined);
  }

  /** Asks the application's handler about each permission once, and has Chromium answer the page so. */
  async #applyPermissions(requestingUrl: string): Promise<void> {
    for (const [name, cdpName] of Object.entries(PERMISSIONS)) {
      let granted = true;
      this.#runtime.permissionHandler?.(this, name, (answer) => (granted = answer), { requestingUrl });
      const setting = granted ? 'granted' : 'denied';
      await this.#runtime.cdp.send('Browser.setPermission', { permission: { name: cdpName }, setting });
    }
  }

  async #addScript(script: CdpEvent): Promise<void> {
    await this.#send('Page.addScriptToEvaluateOnNewDocument', script);
  }

  #on(method: string, listener: (event: CdpEvent) => void): void {
    this.#runtime.cdp.on(method, this.#sessionId, listener);
  }

  async #send(method: string, params: CdpEvent = {}): Promise<CdpEvent> {
    return await this.#runtime.cdp.send(method, params, this.#sessionId);
  }
}

/** What is asked of a server for a URL: all but its fragment. */
function requested(url: string): string {
  return url.replace(/#.*/, '');
}
