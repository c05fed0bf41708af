/** The engines that Patchbay does not depend on: fetched for the bench, once. */
import { spawnSync } from 'node:child_process';

/** @throws {Error} where npm cannot fetch them. */
export function installEngines(): void {
  try {
    import.meta.resolve('@jax-js/jax');
    import.meta.resolve('@tensorflow/tfjs-core');
  } catch {
    console.log('Installing jax-js and TensorFlow.js (npm ci in bench/side-by-side) …');
    const command = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
    const { status } = spawnSync('npm', command, { cwd: import.meta.dirname, stdio: 'inherit' });
    if (status !== 0) throw new Error('npm ci failed in bench/side-by-side');
  }
}
