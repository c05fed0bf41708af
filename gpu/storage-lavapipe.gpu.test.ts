/**
 * The same on lavapipe where it is installed, whose shaders have f16; elsewhere once more on the adapter of all these tests,
 * so that a machine without it shows what it can.
 */
import { existsSync } from 'node:fs';
import { FULL } from '../scripts/effort.ts';
import { LAVAPIPE } from '../scripts/lavapipe.ts';
import { storageTests } from './testing/storage-tests.ts';
import { MATMUL_TILES } from './wgsl/matmul/tiles.ts';

// Read by the Vulkan loader when the first instance is made; this file has a process of its own.
if (existsSync(LAVAPIPE.VK_DRIVER_FILES)) Object.assign(process.env, LAVAPIPE);

// It compiles for seconds what others compile in one.
storageTests({ tiles: FULL ? Object.keys(MATMUL_TILES) : ['register 8x4', 'shared 4x4'], graphs: 8 });
