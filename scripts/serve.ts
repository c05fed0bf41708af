/**
 * The browser shell's server: dist/renderer on 127.0.0.1, with the headers that the desktop's own protocol sends.
 * `node scripts/serve.ts [--port N] [--folder DIR]`; without a port it takes a free one.
 */
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { SECURITY_HEADERS } from '../electron/security-headers.ts';
import { findStaticFile } from '../electron/static-files.ts';

const HOST = '127.0.0.1';

export interface ServeOptions {
  /** What is served; index.html at `/`. */
  readonly folder: string;
  /** 0: any free one. */
  readonly port: number;
  /** Fail where the port is taken, instead of taking a free one. */
  readonly strict?: boolean;
}

export interface Serving {
  /** With the port that it got, and a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves a folder to this machine alone until it is closed.
 * @throws {Error} with code EADDRINUSE if `strict` and the port is taken.
 */
export async function serve({ folder, port, strict = false }: ServeOptions): Promise<Serving> {
  const server = createServer((request, response) => {
    answer(request, response, folder).catch(() => response.destroy());
  });
  await listen(server, port).catch((error: unknown) => {
    if (strict || !(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return listen(server, 0);
  });
  return {
    url: `http://${HOST}:${portOf(server)}/`,
    close: async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, HOST, () => {
    server.off('error', reject);
    resolve();
  });
  await promise;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function answer(request: IncomingMessage, response: ServerResponse, folder: string): Promise<void> {
  const refuse = (status: number) => response.writeHead(status, SECURITY_HEADERS).end();
  // A page of another site can give its own name this address (DNS rebinding); the name in the request betrays it.
  if (!isOwnName(request.headers.host, request.socket.localPort)) return void refuse(421);
  if (request.method !== 'GET' && request.method !== 'HEAD') return void refuse(405);
  // Not `new URL`: it would fold `..` away before anyone could refuse it.
  const file = await findStaticFile(folder, (request.url ?? '').replace(/[?#].*$/s, ''));
  if (!file) return void refuse(404);
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'Content-Type': file.type,
    'Content-Length': file.size,
    // Built anew between two starts under the same address.
    'Cache-Control': 'no-cache',
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(file.path), response);
}

function isOwnName(host: string | undefined, port: number | undefined): boolean {
  return host === `${HOST}:${port}` || host === `localhost:${port}`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '0' }, folder: { type: 'string', default: 'dist/renderer' } },
  });
  const { url } = await serve({ folder: values.folder, port: Number(values.port), strict: true });
  console.log(url);
}
