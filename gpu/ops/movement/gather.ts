/**
 * Rows of a table by number: `F.embedding`. The float64 evaluation refuses a number that is no row; a kernel, which
 * cannot, reads the nearest row instead of another value's memory.
 */
import { IrError } from '../../ir/errors.ts';
import { printType } from '../../ir/printer.ts';
import { elementCount, type TensorType } from '../../ir/types.ts';
import { checkAtLeastRank, checkCount, checkDType } from '../checks.ts';
import { isWhole } from '../part.ts';
import type { HostTensor, OpRecord } from '../record.ts';

export const GATHER: OpRecord = {
  name: 'gather',
  summary: 'table[indices]: for each index the row of table[rows, …] with that number, shaped […indices, …]',
  attributes: {},
  wgsl: { kind: 'gather' },
  onnx(writer, [table, indices]) {
    const type = { dtype: table!.dtype, shape: [...indices!.shape, ...table!.shape.slice(1)] };
    return [writer.node('Gather', [table!, indices!], type, { axis: 0 })];
  },
  infer(inputs) {
    checkCount(inputs, ['table', 'indices']);
    const [table, indices] = inputs as [TensorType, TensorType];
    checkAtLeastRank(table, 'table', 1);
    checkDType(indices, 'indices', ['i32']);
    const [rows, ...rest] = table.shape;
    if (rows === 0 && elementCount(indices.shape) > 0) throw new IrError(`table ${printType(table)} has no rows`);
    return [{ dtype: table.dtype, shape: [...indices.shape, ...rest] }];
  },
  // Columns may be cut too, but a table is read where it lies.
  narrow(part, [table, indices], attributes) {
    const axes = indices!.shape.length;
    if (!isWhole(part.slice(axes), table!.shape.slice(1))) return undefined;
    return { operands: [null, part.slice(0, axes)], attributes };
  },
  evaluate: ([table, indices]) => [lookUp(table!, indices!)],
  flops: () => 0,
};

function lookUp(table: HostTensor, indices: HostTensor): HostTensor {
  const [rows, ...rest] = table.shape as [number, ...number[]];
  const width = elementCount(rest);
  const data = new Float64Array(indices.data.length * width);
  for (const [at, row] of indices.data.entries()) {
    if (row < 0 || row >= rows)
      throw new IrError(`index ${row} at position ${at} is no row of the table, which has ${rows}`);
    data.set(table.data.subarray(row * width, (row + 1) * width), at * width);
  }
  return { dtype: table.dtype, shape: [...indices.shape, ...rest], data };
}
