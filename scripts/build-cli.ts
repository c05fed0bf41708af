/**
 * What `npm pack` packs: the command line as JavaScript, into dist/cli, module by module as the sources lie, because Node
 * runs no TypeScript in node_modules. Libraries stay outside: they are the package's dependencies.
 */
import { join } from 'node:path';
import { build } from 'vite';
import { filesBeside } from './files-beside.ts';

const root = join(import.meta.dirname, '..');
const OUTPUT = join(root, 'dist/cli');

await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  ssr: { external: true },
  plugins: [filesBeside(root, OUTPUT)],
  build: {
    ssr: join(root, 'cli/main.ts'),
    outDir: OUTPUT,
    target: 'node22',
    minify: false,
    rolldownOptions: {
      output: { format: 'es', preserveModules: true, preserveModulesRoot: root, entryFileNames: '[name].js' },
    },
  },
});
