/** For builds that keep the sources' folders: files that modules name lie beside them there, too. */
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'vite';

/** Copies what modules under `root` name by `new URL('./file', import.meta.url)` to the same place under `output`. */
export function filesBeside(root: string, output: string): Plugin {
  const files = new Set<string>();
  return {
    name: 'patchbay:files-beside',
    transform: {
      // Before the types go, and with them the sources' own writing.
      order: 'pre',
      handler(code, id) {
        // Libraries bring their own.
        if (id.includes('/node_modules/')) return;
        // Not where a comment speaks of it.
        for (const [, path] of code.matchAll(/^(?!\s*[/*]).*new URL\('(\.[^']+)', import\.meta\.url\)/gm)) {
          files.add(join(dirname(id), path!));
        }
      },
    },
    async writeBundle() {
      for (const file of files) {
        const copy = join(output, relative(root, file));
        await mkdir(dirname(copy), { recursive: true });
        await copyFile(file, copy);
      }
    },
  };
}
