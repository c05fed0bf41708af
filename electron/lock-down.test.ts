/** What the process denies to pages, asked as Electron asks: by its events and handlers. */
import { EventEmitter } from 'node:events';
import type { App, Session } from 'electron';
import { beforeEach, expect, test, vi } from 'vitest';
import { configureGpu, denyNavigation, LOCKED_PREFERENCES, lockSession } from './lock-down.ts';

const openExternal = vi.hoisted(() => vi.fn<(url: string) => Promise<void>>(() => Promise.resolve()));
vi.mock('electron', () => ({ shell: { openExternal } }));

type OpenHandler = (details: { url: string }) => { action: string };
type Handler = (...words: never[]) => unknown;

class Contents extends EventEmitter {
  openHandler: OpenHandler = () => ({ action: 'allow' });
  readonly policies: string[] = [];
  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }
  setWebRTCIPHandlingPolicy(policy: string): void {
    this.policies.push(policy);
  }
}

class FakeSession extends EventEmitter {
  readonly handlers = new Map<string, Handler>();
  readonly webRequest = { onBeforeRequest: (handler: Handler) => void this.handlers.set('request', handler) };
  setPermissionRequestHandler = (handler: Handler) => void this.handlers.set('permission', handler);
  setPermissionCheckHandler = (handler: Handler) => void this.handlers.set('check', handler);
  setDevicePermissionHandler = (handler: Handler) => void this.handlers.set('device', handler);
  setDisplayMediaRequestHandler = (handler: Handler) => void this.handlers.set('display', handler);
  ask(name: string, ...words: unknown[]): unknown {
    return this.handlers.get(name)!(...(words as never[]));
  }
}

const app = new EventEmitter();
denyNavigation(app as App);
let contents: Contents;
let session: FakeSession;

beforeEach(() => {
  openExternal.mockClear();
  contents = new Contents();
  app.emit('web-contents-created', {}, contents);
  session = new FakeSession();
  lockSession(session as unknown as Session);
});

/** Whether an event with this detail is prevented. */
function prevented(emitter: EventEmitter, event: string, ...details: object[]): boolean {
  const preventDefault = vi.fn<() => void>();
  const [first = {}, ...rest] = details;
  emitter.emit(event, { ...first, preventDefault }, ...rest);
  return preventDefault.mock.calls.length > 0;
}

test('the page has no more of Electron or Node than any web page', () => {
  expect(LOCKED_PREFERENCES).toEqual({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    plugins: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    spellcheck: false,
  });
});

test('no frame goes anywhere but to the application; nothing redirects, and no guest is attached', () => {
  expect(prevented(contents, 'will-frame-navigate', { url: 'patchbay://app/' })).toBe(false);
  for (const url of [
    'https://example.com/',
    'file:///etc/passwd',
    'data:text/html,x',
    'about:blank',
    'patchbay://x/',
  ]) {
    expect(prevented(contents, 'will-frame-navigate', { url, isMainFrame: true }), url).toBe(true);
    expect(prevented(contents, 'will-frame-navigate', { url, isMainFrame: false }), url).toBe(true);
  }
  expect(prevented(contents, 'will-redirect', { url: 'patchbay://app/' })).toBe(true);
  expect(prevented(contents, 'will-attach-webview')).toBe(true);
  expect(contents.policies).toEqual(['disable_non_proxied_udp']);
});

test('no window opens; of links only known ones leave, for the system’s browser', () => {
  for (const url of ['https://arxiv.org/abs/2010.11929', 'https://example.com/', 'file:///bin/sh', 'patchbay://app/']) {
    expect(contents.openHandler({ url })).toEqual({ action: 'deny' });
  }
  expect(openExternal.mock.calls).toEqual([['https://arxiv.org/abs/2010.11929']]);
});

test('permissions, devices and screens are denied, but for writing to the clipboard', () => {
  const asked: [string, string, boolean][] = [
    ['clipboard-sanitized-write', 'patchbay://app/', true],
    ['clipboard-sanitized-write', 'https://example.com/', false],
    ...[
      'media',
      'geolocation',
      'notifications',
      'midiSysex',
      'pointerLock',
      'openExternal',
      'fileSystem',
      'hid',
      'usb',
    ].map((permission): [string, string, boolean] => [permission, 'patchbay://app/', false]),
  ];
  for (const [permission, requestingUrl, granted] of asked) {
    const answer = vi.fn<(granted: boolean) => void>();
    session.ask('permission', contents, permission, answer, { requestingUrl });
    expect(answer.mock.calls, permission).toEqual([[granted]]);
    expect(session.ask('check', contents, permission, requestingUrl), permission).toBe(granted);
  }
  expect(session.ask('device', { deviceType: 'usb' })).toBe(false);
  const screens = vi.fn<(streams: object) => void>();
  session.ask('display', {}, screens);
  expect(screens.mock.calls).toEqual([[{}]]);
});

test('nothing goes over the network', () => {
  for (const [url, cancel] of [
    ['patchbay://app/assets/index.js', false],
    ['https://example.com/pixel.gif?secret', true],
    ['wss://example.com/', true],
    ['file:///etc/passwd', true],
  ] as const) {
    const answer = vi.fn<(response: object) => void>();
    session.ask('request', { url }, answer);
    expect(answer.mock.calls, url).toEqual([[{ cancel }]]);
  }
});

test('only what the application made is downloaded', () => {
  const item = (url: string) => ({ getURL: () => url });
  expect(prevented(session, 'will-download', {}, item('blob:patchbay://app/1'))).toBe(false);
  for (const url of ['https://example.com/x.exe', 'patchbay://app/index.html', 'data:application/x-sh,x']) {
    expect(prevented(session, 'will-download', {}, item(url)), url).toBe(true);
  }
});

test('of Chromium’s switches only those of WebGPU are set', () => {
  const set = (platform: NodeJS.Platform, given: Readonly<Record<string, string>> = {}) => {
    const switches = new Map(Object.entries(given));
    configureGpu(
      {
        appendSwitch: (name: string, value = '') => void switches.set(name, value),
        getSwitchValue: (name: string) => switches.get(name) ?? '',
        hasSwitch: (name: string) => switches.has(name),
        removeSwitch: () => undefined,
        appendArgument: () => undefined,
      },
      platform,
    );
    return Object.fromEntries(switches);
  };
  const everywhere = { 'disable-domain-blocking-for-3d-apis': '', 'disable-gpu-process-crash-limit': '' };
  expect(set('darwin')).toEqual(everywhere);
  expect(set('win32')).toEqual(everywhere);
  expect(set('linux', { 'enable-features': 'A' })).toEqual({
    ...everywhere,
    'enable-unsafe-webgpu': '',
    'enable-features': 'A,Vulkan',
    'ozone-platform': 'x11',
  });
});
