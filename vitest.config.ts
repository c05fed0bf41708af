/** Three suites: `unit` needs nothing but Node, `gpu` a WebGPU adapter, `oracle` PyTorch. The last two share one machine and run file by file. */
import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { SWIFTSHADER_DRIVER } from './cli/devices/swiftshader.ts';

/** The same driver for everybody, so that a test means the same everywhere; one that the caller chose goes before it. */
const vulkanDriver =
  process.env['VK_DRIVER_FILES'] ?? (existsSync(SWIFTSHADER_DRIVER) ? SWIFTSHADER_DRIVER : undefined);

const folders = '{graph,nodes,import,gpu,export,renderer,electron,cli,scripts,templates,bench,e2e}';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [`${folders}/**/*.test.ts`],
          exclude: ['**/*.gpu.test.ts', '**/*.oracle.test.ts'],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'gpu',
          include: [`${folders}/**/*.gpu.test.ts`],
          // A process of its own, because the Vulkan loader reads the environment of the process, not of a thread.
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          env: vulkanDriver === undefined ? {} : { VK_DRIVER_FILES: vulkanDriver },
        },
      },
      {
        test: {
          name: 'oracle',
          include: [`${folders}/**/*.oracle.test.ts`],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 300_000,
          env: vulkanDriver === undefined ? {} : { VK_DRIVER_FILES: vulkanDriver },
        },
      },
    ],
  },
});
