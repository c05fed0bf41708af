/** For tests of matmul kernels: graphs of one product each. */
import { elementCount, type Graph, type ValueId } from '../ir/types.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { createBuilder } from '../ops/create-builder.ts';
import { MATMUL_TILES } from '../wgsl/matmul/tiles.ts';
import { randomNumbers, type Leaves } from './on-gpu.ts';

/** Tiles that run on the adapters of tests; matrices of subgroups have tests of their own, because few adapters have any. */
export const COMMON_TILES = Object.keys(MATMUL_TILES).filter((name) => MATMUL_TILES[name]!.family !== 'matrix');

/** What tests of matmuls multiply. */
export interface Product {
  readonly batch?: number;
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  /** Whether the right matrix is [depth, columns] in memory, or [columns, depth]. */
  readonly columnsTogether?: boolean;
  /** One right matrix for each of the batch. */
  readonly batched?: boolean;
  /** What is made of the product: bias, GELU and a residual. */
  readonly epilogue?: boolean;
  /** The left matrix is a weight too, so that a plan can store it as f16. */
  readonly weights?: boolean;
}

/** The product as `y`, and numbers for its operands. */
export function productGraph(product: Product): { graph: Graph; leaves: Leaves } {
  const { batch, rows, depth, columns, columnsTogether = false, batched = false, epilogue = false } = product;
  const builder = createBuilder();
  const leaves: Record<string, Float64Array> = {};
  const leaf = (op: 'input' | 'weight', name: string, shape: readonly number[], seed: number): ValueId => {
    leaves[name] = randomNumbers(elementCount(shape), seed);
    const named = op === 'input' ? { name } : { path: name };
    return builder.emit(op, [], { ...named, key: `${name} ${shape.join(' ')}`, dtype: 'f32', shape });
  };
  const leading = batch === undefined ? [] : [batch];
  const shape = [...leading, rows, columns];
  const x = leaf(product.weights ? 'weight' : 'input', 'x', [...leading, rows, depth], 1);
  const matrix = columnsTogether ? [depth, columns] : [columns, depth];
  let right = leaf('weight', 'w', [...(batched ? leading : []), ...matrix], 7);
  if (!columnsTogether) right = builder.emit('permute', [right], { axes: batched ? [0, 2, 1] : [1, 0] });
  if (!batched) right = broadcastTo(builder, right, [...leading, depth, columns]);
  let y = builder.emit('matmul', [x, right]);
  if (epilogue) {
    const bias = broadcastTo(builder, leaf('input', 'bias', [columns], 3), shape);
    const active = builder.emit('gelu', [builder.emit('add', [y, bias])]);
    y = builder.emit('add', [active, leaf('input', 'residual', shape, 4)]);
  }
  builder.output('y', y, 'output');
  return { graph: builder.build(), leaves };
}
