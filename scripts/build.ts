/**
 * `npm run build`: the renderer into dist/renderer, the main process and the preload into dist/electron.
 * `--electron` builds the last two alone, in two seconds.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type InlineConfig } from 'vite';

const root = join(import.meta.dirname, '..');

const { values } = parseArgs({ options: { electron: { type: 'boolean', default: false } } });
if (!values.electron) {
  await build({ root: join(root, 'renderer'), configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
}
for (const entry of ['main', 'preload'] as const) await build(forElectron(entry));

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
