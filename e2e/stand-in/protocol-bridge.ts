/**
 * Custom protocols for a Chromium that knows none: `patchbay://app/x` is shown as `http://app.patchbay.localhost/x`,
 * a secure origin of its own, and answered by the handler that the main process gave to `protocol.handle`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

export type ProtocolHandler = (request: Request) => Response | Promise<Response>;

const SUFFIX = '.localhost';

export class ProtocolBridge {
  readonly #handlers = new Map<string, ProtocolHandler>();
  #port = 0;

  handle(scheme: string, handler: ProtocolHandler): void {
    this.#handlers.set(scheme, handler);
  }

  async listen(): Promise<void> {
    const server = createServer((incoming, outgoing) => {
      this.#answer(incoming, outgoing).catch(() => outgoing.destroy());
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** What sends Chromium here; the origin is without a port, so that it is the same at the next start. */
  get resolverRules(): string {
    return `MAP *${SUFFIX}:80 127.0.0.1:${this.#port}`;
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = this.toApp(`http://${incoming.headers.host}${incoming.url}`);
    const handler = this.#handlers.get(new URL(url).protocol.slice(0, -1));
    const response = await handler?.(new Request(url, { method: incoming.method ?? 'GET' }));
    outgoing.writeHead(response?.status ?? 502, Object.fromEntries(response?.headers ?? []));
    if (response?.body) await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing);
    else outgoing.end();
  }

  /** From the URL that the application uses to the one that Chromium shows. */
  toPage(url: string): string {
    const { protocol, host, pathname, search, hash } = new URL(url);
    if (['http:', 'https:', 'data:', 'about:', 'blob:', 'file:'].includes(protocol)) return url;
    return `http://${host}.${protocol.slice(0, -1)}${SUFFIX}${pathname}${search}${hash}`;
  }

  /** And back. */
  toApp(url: string): string {
    const found = /^http:\/\/([^/:]+)\.([a-z][a-z0-9+-]*)\.localhost(?::\d+)?(\/.*)?$/.exec(url);
    return found ? `${found[2]}://${found[1]}${found[3] ?? '/'}` : url;
  }
}
