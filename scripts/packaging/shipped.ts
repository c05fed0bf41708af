/**
 * What ships in the desktop application, beside Electron itself: `npm run build && node scripts/packaging/shipped.ts
 * [app.asar]`. Without an archive it packs one, without Electron's binary. Exit 1 if it is over the budget.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { listPackage, statFile } from '@electron/asar';
import { packWithoutElectron } from './pack.ts';

/** Own code and libraries, unpacked. */
export const MOST_BYTES = 40_000_000;

export interface ShippedFile {
  /** From the archive's root, with slashes. */
  readonly path: string;
  readonly bytes: number;
}

/** Files of an archive, the largest first. */
export function shippedFiles(archive: string): readonly ShippedFile[] {
  return listPackage(archive, { isPack: false })
    .map((path) => path.replaceAll('\\', '/').replace(/^\//, ''))
    .flatMap((path) => {
      const entry = statFile(archive, path);
      return 'size' in entry ? [{ path, bytes: entry.size }] : [];
    })
    .sort((a, b) => b.bytes - a.bytes);
}

export function totalBytes(files: readonly ShippedFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

if (import.meta.main) {
  const given = process.argv[2];
  const folder = given === undefined ? await mkdtemp(join(tmpdir(), 'patchbay-shipped-')) : null;
  try {
    const files = shippedFiles(folder === null ? given! : (await packWithoutElectron(folder)).archive);
    const kinds = Map.groupBy(files, ({ path }) => extname(path) || path);
    for (const { path, bytes } of files) console.log(`${column(bytes)}  ${path}`);
    console.log();
    for (const [kind, ones] of kinds) console.log(`${column(totalBytes(ones))}  ${ones.length} of ${kind}`);
    const total = totalBytes(files);
    console.log(`${column(total)}  in all, of ${column(MOST_BYTES).trim()}`);
    if (total > MOST_BYTES) process.exitCode = 1;
  } finally {
    if (folder !== null) await rm(folder, { recursive: true });
  }
}

function column(bytes: number): string {
  return `${bytes.toLocaleString('en-GB')} B`.padStart(14);
}
