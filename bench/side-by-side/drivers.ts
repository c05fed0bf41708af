/** Which Vulkan driver the engines in Node use. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SWIFTSHADER_DRIVER, VULKAN } from '../../scripts/system.ts';

const VULKAN_DRIVERS = '/usr/share/vulkan/icd.d';
/** Of a bundle. */
const LOADER_FOLDER = join(import.meta.dirname, '../../lib');

/** Nothing that a run before has left on disk makes a first result quick. */
const NO_SHADER_CACHES = {
  MESA_SHADER_CACHE_DISABLE: 'true',
  __GL_SHADER_DISK_CACHE: '0',
} as const;

/**
 * Variables for the processes of engines.
 * @param driver `swiftshader`, `lavapipe`, the .json file of another, or undefined for what the system or the environment has.
 * @throws {Error} with what to install, where there is no such driver.
 */
export function driverEnvironment(driver: string | undefined): Record<string, string> {
  // lavapipe complains without it.
  const common = {
    ...NO_SHADER_CACHES,
    ...ownLoader(),
    XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'] ?? '/tmp',
  };
  if (driver === undefined) return common;
  return { ...common, VK_DRIVER_FILES: driverFile(driver) };
}

/** The Vulkan loader that a bundle brings, for a machine that has none. */
function ownLoader(): Record<string, string> {
  const [loader] = VULKAN;
  if (!existsSync(LOADER_FOLDER) || loader!.present()) return {};
  const folders = [process.env['LD_LIBRARY_PATH'] ?? '', LOADER_FOLDER];
  return { LD_LIBRARY_PATH: folders.filter((folder) => folder !== '').join(':') };
}

function driverFile(driver: string): string {
  if (driver === 'swiftshader') {
    if (existsSync(SWIFTSHADER_DRIVER)) return SWIFTSHADER_DRIVER;
    throw new Error(`SwiftShader is missing: it comes with Debian's chromium (${SWIFTSHADER_DRIVER})`);
  }
  if (driver === 'lavapipe') {
    const files = existsSync(VULKAN_DRIVERS) ? readdirSync(VULKAN_DRIVERS) : [];
    const file = files.find((name) => /^lvp_icd.*\.json$/.test(name));
    if (file !== undefined) return join(VULKAN_DRIVERS, file);
    throw new Error(
      'lavapipe is missing: install Mesa 24 or newer (on Debian 12: apt-get install -t bookworm-backports mesa-vulkan-drivers)',
    );
  }
  if (existsSync(driver)) return driver;
  throw new Error(
    `--driver ${driver}: there is no such file; write swiftshader, lavapipe or the .json file of a driver`,
  );
}
