/**
 * The same on lavapipe where it is installed, whose shaders have f16; elsewhere once more on the adapter of all these tests,
 * so that a machine without it shows what it can.
 */
import { existsSync } from 'node:fs';
import { FULL } from '../scripts/effort.ts';
import { LAVAPIPE } from '../scripts/lavapipe.ts';
import { COMMON_TILES } from './testing/products.ts';
import { storageTests } from './testing/storage-tests.ts';

// Read by the Vulkan loader when the first instance is made; this file has a process of its own.
if (existsSync(LAVAPIPE.VK_DRIVER_FILES)) Object.assign(process.env, LAVAPIPE);

// It compiles for up to half a minute what others compile in seconds: a usual run tries one kernel in workgroup memory, for siblings.
const few = { tiles: ['register 8x4'], ofAllSizes: ['register 8x4'], without: ['long sums in parts'] };

storageTests({ ...(FULL ? { tiles: COMMON_TILES, ofAllSizes: COMMON_TILES } : few), graphs: 8 });
