/** Floats stored as f16, on the adapter of all these tests. */
import { FULL } from '../scripts/effort.ts';
import { storageTests } from './testing/storage-tests.ts';
import { MATMUL_TILES } from './wgsl/matmul/tiles.ts';

const names = Object.keys(MATMUL_TILES);
// Of the tiles in workgroup memory, which take seconds to compile, one, and of each other way to read the right matrix one at all sizes.
const few = names.filter((name) => name === 'shared 4x4' || MATMUL_TILES[name]!.family !== 'shared');
const ofAllSizes = ['register 8x4', 'register 4x8 texels', 'shared 4x4', 'vector 4'];

storageTests(FULL ? { tiles: names, ofAllSizes: names, graphs: 30 } : { tiles: few, ofAllSizes, graphs: 30 });
