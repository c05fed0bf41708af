/**
 * What `npm pack` packs: the command line as JavaScript, into dist/cli, module by module as the sources lie, because Node
 * runs no TypeScript in node_modules. Libraries stay outside: they are the package's dependencies.
 */
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { build, type Plugin } from 'vite';

const root = join(import.meta.dirname, '..');
const OUTPUT = join(root, 'dist/cli');

await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  ssr: { external: true },
  plugins: [filesBeside()],
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

/** Copies what modules name by `new URL('./file', import.meta.url)` to the same place beside them. */
function filesBeside(): Plugin {
  const files = new Set<string>();
  return {
    name: 'patchbay:files-beside',
    transform: {
      // Before the types go, and with them the sources' own writing.
      order: 'pre',
      handler(code, id) {
        // Not where a comment speaks of it.
        for (const [, path] of code.matchAll(/^(?!\s*[/*]).*new URL\('(\.[^']+)', import\.meta\.url\)/gm)) {
          files.add(join(dirname(id), path!));
        }
      },
    },
    async writeBundle() {
      for (const file of files) {
        const copy = join(OUTPUT, relative(root, file));
        await mkdir(dirname(copy), { recursive: true });
        await copyFile(file, copy);
      }
    },
  };
}
