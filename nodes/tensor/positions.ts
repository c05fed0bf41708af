/** Row and column numbers of a matrix, as the IR counts them: what masks by position are made of. */
import type { Builder } from '../../gpu/ir/builder.ts';
import type { ValueId } from '../../gpu/ir/types.ts';

/** For every element of a matrix its row and its column, i32; no memory is taken, the kernel that reads counts. */
export function positionsAlong(builder: Builder, shape: readonly number[]): readonly [ValueId, ValueId] {
  const along = (axis: number): ValueId => builder.emit('iota', [], { axis, dtype: 'i32', shape });
  return [along(0), along(1)];
}
