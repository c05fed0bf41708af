/** Floats stored as f16, on the adapter of all these tests. */
import { storageTests } from './testing/storage-tests.ts';
import { MATMUL_TILES } from './wgsl/matmul/tiles.ts';

storageTests({ tiles: Object.keys(MATMUL_TILES), graphs: 30 });
