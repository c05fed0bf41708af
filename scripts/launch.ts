/** Opens Patchbay: builds it, then starts Electron, or serves the same application to a browser where Electron cannot be had. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { serve } from './serve.ts';

/** How long Electron's own installer may take to download its binary. */
const DOWNLOAD_LIMIT_MS = 300_000;

const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);

const build = spawnSync('npm', ['run', '-s', 'build'], { stdio: 'inherit', shell: process.platform === 'win32' });
if (build.status !== 0) process.exit(build.status ?? 1);

const electron = findElectron() ?? downloadElectron();
if (typeof electron === 'string' && hasDisplay) {
  await openElectron(electron);
} else {
  const why = typeof electron === 'string' ? 'there is no display' : electron.failure;
  console.log(`Electron cannot open here (${why}); this is the same application for a browser with WebGPU:`);
  await openBrowserShell();
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

async function openElectron(executable: string): Promise<void> {
  // Chromium's sandbox does not run as root.
  const flags = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(executable, ['.', ...flags, ...process.argv.slice(2)], { stdio: 'inherit' });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', reject);
  child.on('exit', (code) => resolve(code ?? 1));
  process.exitCode = await promise;
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
