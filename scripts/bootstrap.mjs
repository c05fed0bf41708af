/**
 * The first step of `npm start` and `npm test`, in plain JavaScript with Node's own modules, because a fresh clone has nothing else:
 * installs the dependencies, then hands over to the Node that is one of them.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');

/**
 * Runs a script of this folder under the project's own Node, with the arguments of this process, and exits as it does.
 * @param {string} script
 */
export function handOver(script) {
  if (!dependenciesAreInstalled()) installDependencies();
  const node = spawn(join(bin, 'node'), [join(root, 'scripts', script), ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: bin + delimiter + process.env.PATH },
  });
  // Ctrl-C reaches the whole group by itself; waiting lets the child put things in order.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => signal !== 'SIGINT' && node.kill(signal));
  node.on('error', (error) => fail(`${error.message}; delete node_modules and try again`));
  node.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
}

/** @returns {boolean} whether node_modules holds what package-lock.json asks for; what is optional may be absent. */
function dependenciesAreInstalled() {
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (!installed || !existsSync(join(bin, 'node'))) return false;
  return Object.entries(packagesOf(join(root, 'package-lock.json')) ?? {}).every(
    ([path, { version, optional }]) =>
      path === '' || (installed[path] ? installed[path].version === version : optional === true),
  );
}

/**
 * @param {string} lockfile
 * @returns {Record<string, {version?: string, optional?: boolean}> | undefined}
 */
function packagesOf(lockfile) {
  return existsSync(lockfile) ? JSON.parse(readFileSync(lockfile, 'utf8')).packages : undefined;
}

function installDependencies() {
  console.log('Installing dependencies (npm ci) …');
  // Warnings of engines are about the Node that runs npm, not the one that the project runs on.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    // onnxruntime-node has its CPU library with it; its script would fetch CUDA's.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) fail('npm ci failed; its message stands above');
  if (!existsSync(join(bin, 'node')))
    fail("npm ci did not install the project's Node: the package `node` was not allowed to run its install script");
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`patchbay: ${message}`);
  process.exit(1);
}
