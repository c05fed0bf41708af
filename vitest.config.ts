/** Three suites: `unit` needs nothing but Node, `gpu` a WebGPU adapter, `oracle` PyTorch. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
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
          // Vitest would leave one core to itself, half of a small machine.
          maxWorkers: '100%',
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
          // A software adapter computes on all cores.
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
          // Programs that start, and float64 on one core: two at once leave none idle, more would only wait for memory.
          maxWorkers: Math.min(2, availableParallelism()),
          testTimeout: 600_000,
          hookTimeout: 300_000,
          env: vulkanDriver === undefined ? {} : { VK_DRIVER_FILES: vulkanDriver },
        },
      },
    ],
  },
});
