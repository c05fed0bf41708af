/**
 * `npm run build`: the renderer into dist/renderer, the main process and the preload into dist/electron.
 * `--electron` builds the last two alone, in two seconds.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type InlineConfig } from 'vite';
import { Licences } from './licences.ts';

const root = join(import.meta.dirname, '..');
const licences = new Licences();

const { values } = parseArgs({ options: { electron: { type: 'boolean', default: false } } });
if (!values.electron) await build(forPage());
for (const entry of ['main', 'preload'] as const) await build(forElectron(entry));
if (!values.electron) {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  await writeFile(join(root, 'dist/renderer/about.json'), JSON.stringify(await licences.about(version)));
}

function forPage(): InlineConfig {
  return {
    root: join(root, 'renderer'),
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    plugins: [licences.plugin()],
    worker: { plugins: () => [licences.plugin()] },
  };
}

/**
 * One file each, with everything in it but Electron and Node: a sandboxed preload can require nothing else, and the
 * packaged app then needs no node_modules. CommonJS, because a sandboxed preload must be.
 */
function forElectron(entry: 'main' | 'preload'): InlineConfig {
  return {
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [licences.plugin()],
    ssr: { noExternal: true },
    build: {
      ssr: join(root, `electron/${entry}.ts`),
      outDir: join(root, 'dist/electron'),
      // The other entry lies there already.
      emptyOutDir: entry === 'main',
      // Electron 45 carries Node 24 and Chromium 152 or later.
      target: 'node24',
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        external: ['electron', /^node:/],
        output: { format: 'cjs', entryFileNames: `${entry}.cjs`, codeSplitting: false },
      },
    },
  };
}
