/**
 * `npm run bench:bundle`: the bench as a folder, dist/bench, that runs where there is nothing but Node 22 (and, for the
 * engines of WebGPU, a Vulkan driver): `node dist/bench/main.js`. Libraries are part of it, the two native ones as files
 * for this platform alone.
 */
import { spawnSync } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build } from 'vite';
import { installEngines } from '../bench/side-by-side/install.ts';
import { commitName } from '../bench/side-by-side/machine.ts';
import { filesBeside } from './files-beside.ts';

const root = join(import.meta.dirname, '..');
const BENCH = 'bench/side-by-side';
const OUTPUT = join(root, 'dist/bench');
const PLATFORM = `${process.platform}/${process.arch}`;

/** Files that packages need there; a folder stands for all in it. */
const NATIVE: Readonly<Record<string, readonly string[]>> = {
  webgpu: ['package.json', 'LICENSE.md', 'index.js', `dist/${PLATFORM.replace('/', '-')}`],
  'onnxruntime-node': ['package.json', 'README.md', 'dist', `bin/napi-v6/${PLATFORM}`],
  'onnxruntime-common': ['package.json', 'dist/cjs'],
};
/** Whose versions the bench tells: package and the folder whose node_modules has it. */
const MANIFESTS: Readonly<Record<string, string>> = {
  '@jax-js/jax': BENCH,
  '@tensorflow/tfjs-core': BENCH,
  '@tensorflow/tfjs-backend-webgpu': BENCH,
};
/** What the bench loads only for Chromium, and what a library asks for and does without. */
const NOT_BUNDLED = ['vite', '@playwright/test', 'encoding'];
/** Where the Vulkan loader is on Debian; machines with a driver may lack it. */
const LOADER = '/usr/lib/x86_64-linux-gnu/libvulkan.so.1';

installEngines();
await rm(OUTPUT, { recursive: true, force: true });
await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  ssr: { noExternal: true, external: [...Object.keys(NATIVE), ...NOT_BUNDLED] },
  plugins: [filesBeside(root, OUTPUT)],
  build: {
    ssr: true,
    outDir: OUTPUT,
    target: 'node22',
    minify: false,
    rolldownOptions: {
      input: [join(root, BENCH, 'main.ts'), join(root, BENCH, 'hosts/node-process.ts')],
      // A library's own modules under a name of their own: Node takes folders called node_modules for packages.
      output: {
        format: 'es',
        preserveModules: true,
        preserveModulesRoot: root,
        entryFileNames: ({ name }) => `${name.replaceAll('node_modules', 'libraries')}.js`,
      },
    },
  },
});
for (const [name, files] of Object.entries(NATIVE)) {
  for (const file of files) await copyInto(join('node_modules', name, file), join('node_modules', name, file));
}
for (const [name, folder] of Object.entries(MANIFESTS)) {
  const manifest = join('node_modules', name, 'package.json');
  await copyInto(join(folder, manifest), manifest);
}
await copyInto(LOADER, 'lib/libvulkan.so.1').catch(() =>
  console.log(`${LOADER} is not there: the bundle has no Vulkan loader`),
);
await writeFile(join(OUTPUT, BENCH, 'commit.txt'), `${commitName()}\n`);
await writeFile(join(OUTPUT, 'package.json'), '{ "name": "patchbay-bench", "private": true, "type": "module" }\n');
await writeFile(join(OUTPUT, 'main.js'), `import './${BENCH}/main.js';\n`);
const { stdout } = spawnSync('du', ['-sh', OUTPUT], { encoding: 'utf8' });
console.log(`${relative(root, OUTPUT)}: ${stdout.split('\t')[0]}; node ${relative(root, OUTPUT)}/main.js --help`);

async function copyInto(from: string, to: string): Promise<void> {
  await mkdir(join(OUTPUT, to, '..'), { recursive: true });
  await cp(join(from.startsWith('/') ? '' : root, from), join(OUTPUT, to), { recursive: true, dereference: true });
}
