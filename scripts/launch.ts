/** Opens Patchbay: builds it, then starts Electron, or serves the same application to a browser where Electron cannot be had. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { serve } from './serve.ts';

/** How long Electron's own installer may take to download its binary. */
const DOWNLOAD_LIMIT_MS = 300_000;

/** An end with an error before this is a failure to open. */
const START_MS = 5000;

const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);

build();
const electron = findElectron() ?? downloadElectron();
const obstacle = typeof electron === 'string' ? await openElectron(electron) : electron.failure;
if (obstacle !== undefined) {
  console.log(`Electron cannot open here (${obstacle}); this is the same application for a browser with WebGPU:`);
  await openBrowserShell();
}

/** Ends the process where it fails, with what the build said. */
function build(): void {
  console.log('Building …');
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'build.ts')], {
    encoding: 'utf8',
  });
  if (status === 0) return;
  console.error(stdout + stderr);
  process.exit(status ?? 1);
}

/** The executable that the environment or the installed package names; undefined where it was never downloaded. */
function findElectron(): string | undefined {
  const chosen = process.env['PATCHBAY_ELECTRON'];
  if (chosen !== undefined) return chosen;
  const folder = electronFolder();
  const pathFile = join(folder, 'path.txt');
  const executable = existsSync(pathFile) ? join(folder, 'dist', readFileSync(pathFile, 'utf8')) : undefined;
  return executable !== undefined && existsSync(executable) ? executable : undefined;
}

function downloadElectron(): string | { readonly failure: string } {
  console.log("Downloading Electron's binary …");
  const installer = join(electronFolder(), 'install.js');
  const { status, signal } = spawnSync(process.execPath, [installer], { timeout: DOWNLOAD_LIMIT_MS, stdio: 'ignore' });
  const executable = status === 0 ? findElectron() : undefined;
  return (
    executable ?? {
      failure: signal === null ? 'its binary could not be downloaded' : 'its binary took too long to download',
    }
  );
}

function electronFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
}

/** Runs Electron until it is closed. @returns why it did not open; undefined where it did. */
async function openElectron(executable: string): Promise<string | undefined> {
  if (!hasDisplay) return 'there is no display';
  // Chromium's sandbox does not run as root.
  const flags = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const begin = performance.now();
  const child = spawn(executable, ['.', ...flags, ...process.argv.slice(2)], { stdio: 'inherit' });
  const { promise, resolve } = Promise.withResolvers<string | number>();
  child.on('error', ({ message }) => resolve(message));
  child.on('exit', (code) => resolve(code ?? 1));
  const end = await promise;
  if (typeof end === 'string') return end;
  // A library that it lacks, for one.
  if (end !== 0 && performance.now() - begin < START_MS) return `it ended at once with exit ${end}`;
  process.exitCode = end;
  return undefined;
}

async function openBrowserShell(): Promise<void> {
  const { url } = await serve({ folder: 'dist/renderer', port: Number(process.env['PORT'] ?? 4173) });
  console.log(url);
  if (hasDisplay) openUrl(url);
}

/** Opens the system's browser; where there is none, the address stands above. */
function openUrl(url: string): void {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
