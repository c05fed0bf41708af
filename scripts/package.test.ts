/** What `npm pack` packs, put into an empty folder as npm would, with the dependencies that it names and no others. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FULL } from './effort.ts';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
}

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');
/** Own code, without libraries. */
const MOST_BYTES = 4_000_000;

let folder: string;
let packed: Packed;
let manifest: Manifest;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'patchbay-package-')));
  const { stdout } = await run('npm', ['pack', '--json', '--loglevel=error', '--pack-destination', folder], {
    cwd: ROOT,
    shell: process.platform === 'win32',
  });
  [packed] = JSON.parse(stdout) as [Packed];
  await run('tar', ['-xzf', packed.filename], { cwd: folder });
  manifest = JSON.parse(await readFile(join(folder, 'package/package.json'), 'utf8')) as Manifest;
  await install();
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

/** node_modules with the package itself and links to what it depends on. */
async function install(): Promise<void> {
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  await symlink('../package', join(modules, 'patchbay'), 'junction');
  for (const name of libraries()) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), join(modules, name), 'junction');
  }
}

function libraries(): readonly string[] {
  return Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
}

/** The installed program, in a folder where there is nothing else. */
async function patchbay(...args: readonly string[]): Promise<string> {
  const program = join(folder, 'node_modules/patchbay', manifest.bin['patchbay']!);
  return (await run(process.execPath, [program, ...args], { cwd: folder })).stdout;
}

test('it holds the built command line, and neither sources nor tests', () => {
  // npm packs what `main` names wherever it is built: Electron starts the repository by it.
  const outside = packed.files
    .map(({ path }) => path)
    .filter((path) => !path.startsWith('dist/cli/') && path !== 'dist/electron/main.cjs');
  expect(outside.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
  expect(packed.files.map(({ path }) => path).filter((path) => /\.test\.|\.tsx?$|\.map$/.test(path))).toEqual([]);
  expect(packed.unpackedSize).toBeLessThan(MOST_BYTES);
});

test('it imports what it names as its dependencies, and names nothing else', async () => {
  const imported = new Set<string>();
  for (const entry of await readdir(join(folder, 'package/dist'), { recursive: true })) {
    if (!entry.endsWith('.js')) continue;
    const code = await readFile(join(folder, 'package/dist', entry), 'utf8');
    for (const [, name, loaded] of code.matchAll(
      /^(?:import|export)\b.* from "([^."]+[^"]*)";$|\bimport\("([^."][^"]*)"\)/gm,
    ))
      imported.add(name ?? loaded!);
  }
  const names = [...imported].filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
  const packages = new Set(names.map((name) => name.match(/^(?:@[^/]+\/)?[^/]+/)![0]));
  expect([...packages].sort()).toEqual([...libraries()].sort());
});

test('templates are checked, computed and exported from an empty folder', async () => {
  const folderOf = join(folder, 'package/dist/cli/templates');
  const files = (await readdir(folderOf)).filter((file) => file.endsWith('.patchbay') && file !== 'blank.patchbay');
  const all = files.map((file) => file.replace('.patchbay', ''));
  expect(all).toContain('attention');
  for (const name of FULL ? all : ['attention']) {
    const template = `template:${name}`;
    expect(await patchbay('check', template)).toContain('no errors');
    expect(await patchbay('run', template, '--device', 'reference', '--out', `${name}.safetensors`)).toContain('mean');
    for (const [to, file] of [
      ['pytorch', 'model.py'],
      ['onnx', 'model.onnx'],
      ['web', 'patchbay.js'],
    ] as const) {
      expect(await patchbay('export', template, '--to', to, '--out', join(name, to))).toContain(file);
    }
    expect(await patchbay('verify', template, '--against', 'onnx', '--seeds', '1')).toContain('worst');
  }
}, 600_000);
