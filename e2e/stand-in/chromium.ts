/** Starts the Chromium that shows the stand-in's windows. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Cdp } from './cdp.ts';

/** Headless, and WebGPU on SwiftShader, as the tests of the browser shell have it (playwright.config.ts). */
const SWITCHES: Readonly<Record<string, string>> = {
  headless: 'new',
  'no-startup-window': '',
  'no-first-run': '',
  'no-default-browser-check': '',
  // Electron has no blocker: the application's handler decides.
  'disable-popup-blocking': '',
  'disable-quic': '',
  'disable-background-networking': '',
  'disable-component-update': '',
  'disable-sync': '',
  'use-webgpu-adapter': 'swiftshader',
  'use-vulkan': 'swiftshader',
  'use-angle': 'swiftshader',
  'enable-unsafe-swiftshader': '',
  'ignore-gpu-blocklist': '',
  'enable-gpu': '',
  'disable-gpu-rasterization': '',
  'disable-gpu-compositing': '',
};

export interface Chromium {
  readonly process: ChildProcess;
  readonly cdp: Cdp;
}

/**
 * Starts it, and says on stderr where it listens, as Electron does.
 * @param asked The switches of the command line and of `app.commandLine`.
 */
export async function launchChromium(
  asked: ReadonlyMap<string, string>,
  profile: string,
  resolverRules: string,
): Promise<Chromium> {
  const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(executable)) {
    throw new Error(`There is no ${executable}: install Chromium (apt-get install chromium), or name it in CHROMIUM.`);
  }
  const switches = new Map([
    ...asked,
    ...Object.entries(SWITCHES),
    ['user-data-dir', profile],
    ['remote-debugging-port', '0'],
    ['host-resolver-rules', resolverRules],
  ]);
  // Headless Chromium draws on no screen, X11's or other.
  switches.delete('ozone-platform');
  const chromium = spawn(
    executable,
    Array.from(switches, ([name, value]) => (value === '' ? `--${name}` : `--${name}=${value}`)),
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const log: string[] = [];
  createInterface({ input: chromium.stderr }).on('line', (line) => {
    log.push(line);
    const url = /^DevTools listening on (ws:.*)$/.exec(line)?.[1];
    if (url !== undefined) resolve(url);
  });
  chromium.once('error', reject);
  chromium.once('exit', () => reject(new Error(`Chromium ended at its start:\n${log.join('\n')}`)));
  const url = await promise;
  const cdp = await Cdp.connect(url);
  process.stderr.write(`DevTools listening on ${url}\n`);
  return { process: chromium, cdp };
}
