/** What the machine must have beside npm packages: on Debian as root it is installed, elsewhere one line says what to install. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { SWIFTSHADER_DRIVER } from '../cli/devices/swiftshader.ts';
import { findPython } from './oracle/python.ts';

export { SWIFTSHADER_DRIVER };

export interface Requirement {
  /** What it is, for messages. */
  readonly title: string;
  /** Debian's packages. */
  readonly packages: readonly string[];
  /** How to get it elsewhere: `install …`. */
  readonly elsewhere: string;
  readonly present: () => boolean;
}

/** Where Chromium is: an environment variable names another one. */
export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export const CHROMIUM_BROWSER: Requirement = {
  title: 'Chromium',
  packages: ['chromium', 'fonts-liberation'],
  elsewhere: 'install Chromium or Chrome 140 or newer and set CHROMIUM to its executable',
  present: () => existsSync(CHROMIUM),
};

/** For WebGPU in Node; on Linux alone, since elsewhere it stands on Metal or Direct3D. */
export const VULKAN: readonly Requirement[] = [
  {
    title: 'the Vulkan loader',
    packages: ['libvulkan1'],
    elsewhere: 'install the Vulkan loader (libvulkan.so.1)',
    present: () =>
      process.platform !== 'linux' ||
      ['ldconfig', '/sbin/ldconfig'].some((command) => output(command, ['-p']).includes('libvulkan.so.1')),
  },
  {
    title: 'a Vulkan driver',
    packages: ['chromium'],
    elsewhere:
      'set VK_DRIVER_FILES to the .json file of a Vulkan driver, such as the SwiftShader that comes with Chromium',
    present: () =>
      process.platform !== 'linux' || process.env['VK_DRIVER_FILES'] !== undefined || existsSync(SWIFTSHADER_DRIVER),
  },
];

export const PYTORCH: Requirement = {
  title: 'PyTorch',
  // Debian's PyTorch computes some ten times faster with OpenBLAS beside it.
  packages: ['python3-torch', 'python3-numpy', 'libopenblas0'],
  elsewhere: 'install PyTorch and NumPy and set PATCHBAY_PYTHON to the interpreter that has them',
  present: () => findPython() !== undefined,
};

/** Exported packages read pictures with it. */
export const PILLOW: Requirement = {
  title: 'Pillow',
  packages: ['python3-pil'],
  elsewhere: 'install Pillow for the interpreter that has PyTorch',
  present: () => {
    const python = findPython();
    return python !== undefined && spawnSync(python, ['-c', 'import PIL.ImageOps']).status === 0;
  },
};

/**
 * Makes sure that each of these is there.
 * @throws {Error} with one line that says what to install, where it cannot be done here or fails.
 */
export function ensureRequirements(requirements: readonly Requirement[]): void {
  const missing = requirements.filter(({ present }) => !present());
  if (missing.length === 0) return;
  if (isDebianAsRoot()) install(missing.flatMap(({ packages }) => packages));
  const still = missing.filter(({ present }) => !present());
  if (still.length > 0) {
    throw new Error(
      still
        .map(
          ({ title, elsewhere, packages }) =>
            `${title} is missing: ${elsewhere} (on Debian: apt-get install ${packages.join(' ')})`,
        )
        .join('; '),
    );
  }
}

function isDebianAsRoot(): boolean {
  const release = '/etc/os-release';
  return process.getuid?.() === 0 && existsSync(release) && /^ID=debian$/m.test(readFileSync(release, 'utf8'));
}

function install(packages: readonly string[]): void {
  console.log(`Installing ${packages.join(', ')} (apt-get) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const result = spawnSync('apt-get', args, { env, encoding: 'utf8', maxBuffer: 1 << 28 });
    // A failed update may still leave lists that suffice; what counts is whether the packages come.
    if (result.status !== 0 && args[0] === 'install')
      console.error((result.stderr || result.error?.message || '').trim());
  }
}

function output(command: string, args: readonly string[]): string {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout ?? '';
}
