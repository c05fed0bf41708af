/** The names of what measured: machine, sources, packages. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** `2 × AMD EPYC 7B13, 8 GiB, linux 6.1 x64` */
export function machineName(): string {
  const [cpu] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${cpus().length} × ${cpu?.model ?? 'unknown CPU'}, ${memory} GiB, ${platform()} ${release()} ${arch()}`;
}

/** The sources' commit; what a bundle was made of, which has no repository. */
export function commitName(): string {
  const beside = join(import.meta.dirname, 'commit.txt');
  if (existsSync(beside)) return readFileSync(beside, 'utf8').trim();
  const git = (...args: string[]): string =>
    spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).stdout?.trim() ?? '';
  const commit = git('rev-parse', '--short', 'HEAD');
  if (commit === '') return 'an unknown commit';
  return git('status', '--porcelain') === '' ? commit : `${commit} with changes`;
}

/** `onnxruntime-node 1.30.0` */
export function packageVersion(name: string): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const manifest = join(folder, 'node_modules', name, 'package.json');
    if (existsSync(manifest)) {
      const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string };
      return `${name} ${version}`;
    }
    if (folder === dirname(folder)) return `${name}, not installed`;
  }
}
