/**
 * Packs the built application as electron-builder.yml says, in a folder, without Electron's binary: a stand-in of its
 * distribution has all that electron-builder looks at. Shows what ships, and how the fuses are set; nothing of it starts.
 */
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPackage } from '@electron/asar';
import { build } from 'electron-builder';

const ROOT = join(import.meta.dirname, '../..');
/** Where @electron/fuses finds its switches in the executable. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES_VERSION = 1;
/** As many as Electron 45 has, all as Electron comes. */
const FUSES = '100011001';

export interface PackedApplication {
  readonly archive: string;
  readonly executable: string;
}

/** @param folder An empty one, for the stand-in and what is packed. */
export async function packWithoutElectron(folder: string): Promise<PackedApplication> {
  const distribution = await standInDistribution(folder);
  const output = join(folder, 'release');
  await build({
    projectDir: ROOT,
    linux: ['dir'],
    x64: true,
    publish: 'never',
    config: { extends: join(ROOT, 'electron-builder.yml'), electronDist: distribution, directories: { output } },
  });
  const unpacked = join(output, 'linux-unpacked');
  return { archive: join(unpacked, 'resources/app.asar'), executable: join(unpacked, 'patchbay') };
}

async function standInDistribution(folder: string): Promise<string> {
  const distribution = join(folder, 'electron');
  const resources = join(distribution, 'resources');
  await mkdir(resources, { recursive: true });
  const wire = Buffer.from([FUSES_VERSION, FUSES.length]);
  await writeFile(join(distribution, 'electron'), Buffer.concat([Buffer.from(SENTINEL), wire, Buffer.from(FUSES)]), {
    mode: 0o755,
  });
  await writeFile(join(distribution, 'version'), await electronVersion());
  await writeFile(join(distribution, 'LICENSE'), 'of Electron');
  const empty = await mkdtemp(join(folder, 'default-app-'));
  await writeFile(join(empty, 'main.js'), '');
  await createPackage(empty, join(resources, 'default_app.asar'));
  return distribution;
}

async function electronVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(join(ROOT, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
