/**
 * What runs inside the page: the values that cross between Node, the preload's isolated world and the page's own.
 *
 * The functions here are sent to Chromium as text, so each stands alone: it uses its arguments and what it declares.
 */

/** A value as text, with bytes and undefined; functions and promises as the two callbacks name them. */
export interface Codec {
  encode(value: unknown): string;
  decode(text: string): unknown;
}

interface References {
  /** A name for a function or promise that stays on this side, or null if it cannot cross. */
  nameOf(value: object): object | null;
  /** What a name of the other side stands for, or undefined if the record is no name. */
  valueOf(record: Readonly<Record<string, unknown>>): unknown;
}

export function createCodec(references: References = { nameOf: () => null, valueOf: () => undefined }): Codec {
  const toPlain = (value: unknown): unknown => {
    if (value === undefined) return { $undefined: true };
    if (value instanceof Uint8Array) {
      let binary = '';
      for (const byte of value) binary += String.fromCharCode(byte);
      return { $bytes: btoa(binary) };
    }
    if (Array.isArray(value)) return value.map(toPlain);
    if (typeof value !== 'object' && typeof value !== 'function') return value;
    if (value === null) return null;
    const name = references.nameOf(value);
    if (name) return name;
    if (typeof value === 'function') throw new Error('An object could not be cloned.');
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item)]));
  };
  const fromPlain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fromPlain);
    if (typeof value !== 'object' || value === null) return value;
    const record = value as Readonly<Record<string, unknown>>;
    if (record['$undefined'] === true) return undefined;
    if (typeof record['$bytes'] === 'string') return Uint8Array.from(atob(record['$bytes']), (c) => c.charCodeAt(0));
    const referenced = references.valueOf(record);
    if (referenced !== undefined) return referenced;
    return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, fromPlain(item)]));
  };
  return {
    encode: (value) => JSON.stringify(toPlain(value)),
    decode: (text) => fromPlain(JSON.parse(text)),
  };
}

/** Between two worlds of one page, as `contextBridge` is: values are copied, functions and promises called across. */
export interface Membrane {
  expose(key: string, value: unknown): void;
}

/** One side of the membrane; both sides run this, over events of the window that both worlds share. */
export function createMembrane(own: string, other: string, makeCodec: typeof createCodec): Membrane {
  const functions: ((...args: unknown[]) => unknown)[] = [];
  const promises = new Map<number, PromiseWithResolvers<unknown>>();
  let lastPromise = 0;
  /** Where the other side puts the result of the call it is carrying out; events are dispatched synchronously. */
  let returned = '';

  const send = (kind: string, detail: object): void =>
    void window.dispatchEvent(new CustomEvent(`stand-in:${other}:${kind}`, { detail: JSON.stringify(detail) }));
  const receive = (kind: string, act: (detail: string) => void): void =>
    window.addEventListener(`stand-in:${own}:${kind}`, (event) => act((event as CustomEvent<string>).detail));

  const codec = makeCodec({
    nameOf: (value) => {
      // Electron passes a File on; here it arrives without its content or path.
      if (value instanceof File) return { $file: value.name };
      if (typeof value === 'function') return { $function: functions.push(value as (typeof functions)[number]) - 1 };
      if (!(value instanceof Promise)) return null;
      const promise = ++lastPromise;
      const settle = (ok: boolean) => (result: unknown) =>
        send('settle', { promise, ok, result: codec.encode(ok ? result : String(result)) });
      value.then(settle(true), settle(false));
      return { $promise: promise };
    },
    valueOf: (record) => {
      if (typeof record['$file'] === 'string') return new File([], record['$file']);
      if (typeof record['$function'] === 'number') {
        const fn = record['$function'];
        return (...args: unknown[]) => {
          send('call', { fn, args: codec.encode(args) });
          return codec.decode(returned);
        };
      }
      if (typeof record['$promise'] !== 'number') return undefined;
      const deferred = Promise.withResolvers<unknown>();
      promises.set(record['$promise'], deferred);
      return deferred.promise;
    },
  });

  receive('call', (detail) => {
    const { fn, args } = JSON.parse(detail) as { fn: number; args: string };
    const result = functions[fn]!(...(codec.decode(args) as unknown[]));
    send('return', { result: codec.encode(result) });
  });
  receive('return', (detail) => {
    returned = (JSON.parse(detail) as { result: string }).result;
  });
  receive('settle', (detail) => {
    const { promise, ok, result } = JSON.parse(detail) as { promise: number; ok: boolean; result: string };
    const deferred = promises.get(promise)!;
    promises.delete(promise);
    if (ok) deferred.resolve(codec.decode(result));
    else deferred.reject(new Error(String(codec.decode(result))));
  });
  receive('expose', (detail) => {
    const { key, value } = JSON.parse(detail) as { key: string; value: string };
    Object.defineProperty(window, key, { value: codec.decode(value), writable: false, configurable: false });
  });
  return { expose: (key, value) => send('expose', { key, value: codec.encode(value) }) };
}

/** Electron's modules as a sandboxed preload sees them; `post` is the binding to Node. */
export function createPreloadModules(
  membrane: Membrane,
  codec: Codec,
  post: (text: string) => void,
): { readonly require: (name: string) => unknown; readonly receive: (text: string) => void } {
  const invocations = new Map<number, PromiseWithResolvers<unknown>>();
  const listeners = new Map<string, ((event: object, payload: unknown) => void)[]>();
  const electron = {
    contextBridge: { exposeInMainWorld: (key: string, value: unknown) => membrane.expose(key, value) },
    webUtils: { getPathForFile: () => '' },
    ipcRenderer: {
      invoke: (channel: string, payload: unknown) => {
        const id = invocations.size === 0 ? 1 : Math.max(...invocations.keys()) + 1;
        const deferred = Promise.withResolvers<unknown>();
        invocations.set(id, deferred);
        post(JSON.stringify({ id, channel, payload: codec.encode(payload) }));
        return deferred.promise;
      },
      on: (channel: string, listener: (event: object, payload: unknown) => void) => {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      },
    },
  };
  return {
    require: (name) => {
      if (name !== 'electron') throw new Error(`module not found: ${name}`);
      return electron;
    },
    receive: (text) => {
      type Answer = { id: number; ok: boolean; value: string };
      const message = JSON.parse(text) as Answer | { id: null; channel: string; value: string };
      const value = codec.decode(message.value);
      if (message.id === null) {
        for (const listener of listeners.get(message.channel) ?? []) listener({}, value);
        return;
      }
      const invocation = invocations.get(message.id);
      invocations.delete(message.id);
      if (message.ok) invocation?.resolve(value);
      else invocation?.reject(new Error(String(value)));
    },
  };
}

/** The name under which Node finds `receive`, and those of the bindings that `post` and `window.open` are. */
export const RECEIVE = '__standInReceive';
export const POST = '__standInPost';
export const OPEN = '__standInOpen';
export const PRELOAD_WORLD = 'electron-preload';

/**
 * The script of the page's own world. Windows are not opened and then closed again, as Chromium's protocol has it, but
 * asked about before, as Electron does.
 */
export function pageScript(): string {
  return `(${createMembrane.toString()})('page', 'preload', ${createCodec.toString()});
    window.open = (url) => (globalThis.${OPEN}(new URL(url, location.href).href), null);`;
}

/** The script of the preload's world, with the preload in it. Like Electron it runs in the top frame alone. */
export function preloadScript(preload: string): string {
  return `if (window.top === window) (() => {
    const createCodec = ${createCodec.toString()};
    const membrane = (${createMembrane.toString()})('preload', 'page', createCodec);
    const modules = (${createPreloadModules.toString()})(membrane, createCodec(), (text) => globalThis.${POST}(text));
    globalThis.${RECEIVE} = modules.receive;
    ((require, process) => {${preload}\n})(modules.require, { platform: ${JSON.stringify(process.platform)} });
  })();`;
}
