/** Which file a URL path means, and its type. Shared by the desktop's protocol and the browser shell's server. */
import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** What `vite build` puts into dist/renderer, and what the application fetches from there. */
const MIME_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.patchbay': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

export interface StaticFile {
  readonly path: string;
  readonly size: number;
  readonly type: string;
}

/**
 * The segments below the root that a URL path names; null if it is malformed, climbs, or names a hidden file.
 * `/` names index.html. The path is taken as it stands in the URL, percent-encoded.
 */
export function segmentsOf(urlPath: string): readonly string[] | null {
  if (!urlPath.startsWith('/')) return null;
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (decoded === '/') return ['index.html'];
  const segments = decoded.slice(1).split('/');
  // A dot at the start covers `.` and `..` too; a backslash separates and a colon names drives and streams on Windows.
  return segments.every((segment) => /^[^.\\:\0][^\\:\0]*$/.test(segment)) ? segments : null;
}

/** The file that a URL path names, or null if there is none: also when a link leads out of the root. */
export async function findStaticFile(root: string, urlPath: string): Promise<StaticFile | null> {
  const segments = segmentsOf(urlPath);
  if (!segments) return null;
  try {
    const realRoot = await realpath(root);
    const path = await realpath(join(realRoot, ...segments));
    if (!path.startsWith(realRoot + sep)) return null;
    const facts = await stat(path);
    if (!facts.isFile()) return null;
    return { path, size: facts.size, type: MIME_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream' };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}
