/** Floats stored as f16, on the adapter of all these tests. */
import { FULL } from '../scripts/effort.ts';
import { COMMON_TILES } from './testing/products.ts';
import { storageTests } from './testing/storage-tests.ts';
import { MATMUL_TILES } from './wgsl/matmul/tiles.ts';

// Of the tiles in workgroup memory, which take seconds to compile, one, and of each other way to read the right matrix one at all sizes.
const few = COMMON_TILES.filter((name) => name === 'shared 4x4' || MATMUL_TILES[name]!.family !== 'shared');
const ofAllSizes = ['register 8x4', 'register 4x8 texels', 'shared 4x4', 'vector 4'];

storageTests(
  FULL ? { tiles: COMMON_TILES, ofAllSizes: COMMON_TILES, graphs: 30 } : { tiles: few, ofAllSizes, graphs: 30 },
);
