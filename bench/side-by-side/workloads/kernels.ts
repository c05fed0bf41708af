/**
 * Single matmuls, attention and layer norms. On a GPU they stand several in a row, each on the result of the one before,
 * between a start and an end that move little: otherwise launch and copies would be what is measured.
 */
import type { Builder } from '../../../gpu/ir/builder.ts';
import type { ValueId } from '../../../gpu/ir/types.ts';
import { broadcastTo } from '../../../gpu/ops/broadcast.ts';
import { createBuilder } from '../../../gpu/ops/create-builder.ts';
import { bytesOf, type Parts, type Scale, type WorkloadRecord } from '../workload.ts';

/** Divides the sizes of a tiny workload. */
const SHRINK = 16;
const HEADS = 12;
const HEAD_SIZE = 64;

export const KERNELS: readonly WorkloadRecord[] = [
  matmul('matmul-192x768x768', { rows: 192, depth: 768, columns: 768 }, 64),
  matmul('matmul-196x768x3072', { rows: 196, depth: 768, columns: 3072 }, 64),
  matmul('matmul-1024', { rows: 1024, depth: 1024, columns: 1024 }, 32),
  matmul('matmul-thin', { rows: 1, depth: 4096, columns: 4096 }, 32),
  { ...matmul('matmul-4096', { rows: 4096, depth: 4096, columns: 4096 }, 8), scales: ['tiny', 'hardware'] },
  attention('attention-196', 196, 32),
  attention('attention-1024', 1024, 16),
  layerNorm('layer-norm', { software: [1568, 768], hardware: [16_384, 1024] }, 32),
];

interface MatmulSizes {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** @param inARow how many on a GPU; there and back where depth and columns differ. */
function matmul(name: string, sizes: MatmulSizes, inARow: number): WorkloadRecord {
  return {
    name,
    title: `Matmul ${sizes.rows} × ${sizes.depth} × ${sizes.columns}`,
    build: (scale) => {
      const shrunk = (size: number): number => (scale === 'tiny' ? Math.ceil(size / SHRINK) : size);
      const [rows, depth, columns] = [shrunk(sizes.rows), shrunk(sizes.depth), shrunk(sizes.columns)];
      const count = repeats(scale, inARow);
      const builder = createBuilder();
      builder.origin = 'matmul';
      let x = start(builder, [rows, depth], scale);
      // The way back is a matrix of its own, unless it is square.
      const up = { path: 'up', shape: [columns, depth] };
      const down = depth === columns ? up : { path: 'down', shape: [depth, columns] };
      for (let i = 0; i < count; i++) {
        const { path, shape } = i % 2 === 0 ? up : down;
        x = builder.emit('linear', [x, weight(builder, path, shape)]);
      }
      finish(builder, x, scale);
      const thin = rows === 1 ? { bytes: count * bytesOf([columns, depth]) } : {};
      return Promise.resolve({ graph: builder.build(), size: said([rows, depth, columns], count), ...thin });
    },
  };
}

/** Attention of 12 heads of 64, its output the next one's queries. */
function attention(name: string, length: number, inARow: number): WorkloadRecord {
  return {
    name,
    title: `Attention, ${HEADS} heads × ${length} × ${HEAD_SIZE}`,
    build: (scale): Promise<Parts> => {
      const count = repeats(scale, inARow);
      const shape = [HEADS, scale === 'tiny' ? Math.ceil(length / SHRINK) : length, HEAD_SIZE];
      const builder = createBuilder();
      builder.origin = 'attention';
      let q = start(builder, shape, scale);
      for (let i = 0; i < count; i++) {
        const [k, v] = [weight(builder, 'k', shape), weight(builder, 'v', shape)];
        [q] = builder.emitAll('attention', [q, k, v], { scale: HEAD_SIZE ** -0.5 }) as [ValueId];
      }
      finish(builder, q, scale);
      return Promise.resolve({ graph: builder.build(), size: said(shape, count) });
    },
  };
}

function layerNorm(
  name: string,
  shapes: { readonly software: readonly [number, number]; readonly hardware: readonly [number, number] },
  inARow: number,
): WorkloadRecord {
  return {
    name,
    title: 'Layer norm',
    build: (scale): Promise<Parts> => {
      const count = repeats(scale, inARow);
      const shape = scale === 'tiny' ? shapes.software.map((size) => Math.ceil(size / SHRINK)) : shapes[scale];
      const builder = createBuilder();
      builder.origin = 'norm';
      let x = start(builder, shape, scale);
      for (let i = 0; i < count; i++) {
        const affine = ['weight', 'bias'].map((path) => weight(builder, path, shape.slice(-1)));
        x = builder.emit('layer_norm', [x, ...affine], { epsilon: 1e-5 });
      }
      finish(builder, x, scale);
      return Promise.resolve({ graph: builder.build(), size: said(shape, count), bytes: count * 2 * bytesOf(shape) });
    },
  };
}

function repeats(scale: Scale, inARow: number): number {
  switch (scale) {
    case 'tiny':
      return 2;
    case 'software':
      return 1;
    case 'hardware':
      return inARow;
    default:
      return scale satisfies never;
  }
}

/** The input; on a GPU one row of it, times a matrix that is there already. */
function start(builder: Builder, shape: readonly number[], scale: Scale): ValueId {
  const inputShape = scale === 'software' ? shape : shape.slice(-1);
  const x = builder.emit('input', [], { name: 'x', key: `x ${inputShape.join(' ')}`, dtype: 'f32', shape: inputShape });
  if (scale === 'software') return x;
  return builder.emit('mul', [broadcastTo(builder, x, shape), weight(builder, 'rows', shape)]);
}

/** The output; on a GPU its mean over rows, for which all of it must be computed. */
function finish(builder: Builder, y: ValueId, scale: Scale): void {
  const rows = builder.typeOf(y).shape.length - 2;
  const output = scale === 'software' ? y : builder.emit('reduce_mean', [y], { axes: [rows], keepdims: false });
  builder.output('y', output, 'output');
}

function weight(builder: Builder, path: string, shape: readonly number[]): ValueId {
  return builder.emit('weight', [], { path, key: `${path} ${shape.join(' ')}`, dtype: 'f32', shape });
}

function said(shape: readonly number[], count: number): string {
  return shape.join(' × ') + (count > 1 ? `, ${count} in a row` : '');
}
