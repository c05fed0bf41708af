#!/usr/bin/env node
/**
 * An executable in the place of Electron's, where its binary cannot be had: `electron.ts [switches] APP [arguments]`.
 *
 * Node runs the application's main process with the module of ./module.ts as `electron`; Debian's Chromium shows its
 * windows, headless. Playwright's `_electron.launch({ executablePath })` drives it as it drives Electron: it finds
 * Node's inspector and Chromium's on stderr. What it cannot show is Electron itself: its native menus and dialogs,
 * its sandbox, its fuses. The real executable goes into PATCHBAY_ELECTRON where there is one.
 */
import { readFileSync, statSync } from 'node:fs';
import inspector from 'node:inspector';
import { createRequire, registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { createElectron } from './module.ts';
import { Runtime } from './runtime.ts';

const { switches, application } = parseArguments(process.argv.slice(2));
if (switches.has('inspect')) inspector.open(0);

const { main, name } = findMain(resolve(application));
const electron = createElectron(new Runtime(switches), name);
const MODULE = Symbol.for('patchbay.stand-in.electron');
Object.defineProperty(globalThis, MODULE, { value: electron });
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: 'stand-in:electron', shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === 'stand-in:electron'
      ? {
          format: 'commonjs',
          source: `module.exports = globalThis[Symbol.for(${JSON.stringify(MODULE.description)})]`,
          shortCircuit: true,
        }
      : next(url, context),
});

// A second instance ends here: it asks to quit before anything is ready.
createRequire(import.meta.url)(main);
await electron.app.start();

/** Switches for Chromium and for Node, and the first word that is none. */
function parseArguments(words: readonly string[]): { switches: Map<string, string>; application: string } {
  const switches = new Map<string, string>();
  for (const word of words) {
    const found = /^--([^=]+)(?:=(.*))?$/.exec(word);
    if (found) switches.set(found[1]!, found[2] ?? '');
  }
  return { switches, application: words.find((word) => !word.startsWith('-')) ?? '.' };
}

/** As Electron finds it: a file, or a folder whose package.json names it. */
function findMain(path: string): { main: string; name: string } {
  if (statSync(path).isFile()) return { main: path, name: 'electron' };
  const { main, name } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { main: string; name: string };
  return { main: join(path, main), name };
}
