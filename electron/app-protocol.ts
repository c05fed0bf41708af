/** `patchbay://app/`: the protocol under which the window loads the built renderer. No file:// is ever loaded. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { SECURITY_HEADERS } from './security-headers.ts';
import { findStaticFile } from './static-files.ts';
import { isAppUrl } from './trust.ts';

/** As secure as https: and with an origin of its own, so that workers, OPFS and `'self'` in the policy work. */
export const APP_PRIVILEGES = {
  standard: true,
  secure: true,
  supportFetchAPI: true,
  stream: true,
  codeCache: true,
} as const;

/** Answers a request for a file of the application. */
export async function serveApp(request: Request, root: string): Promise<Response> {
  if (!isAppUrl(request.url)) return refuse(404);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  const file = await findStaticFile(root, new URL(request.url).pathname);
  if (!file) return refuse(404);
  const headers = { ...SECURITY_HEADERS, 'Content-Type': file.type, 'Content-Length': String(file.size) };
  if (request.method === 'HEAD') return new Response(null, { headers });
  return new Response(Readable.toWeb(createReadStream(file.path)) as ReadableStream, { headers });
}

function refuse(status: 404 | 405): Response {
  return new Response(null, { status, headers: SECURITY_HEADERS });
}
