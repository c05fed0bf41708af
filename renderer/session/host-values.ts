/** Values of the last run in this thread's memory, by port: previews and reads of devices that compute on the CPU. */
import type { TensorType } from '../../gpu/ir/types.ts';
import type { ValueKey } from '../../gpu/plan.ts';
import { sliceAt } from '../../gpu/runtime/slice.ts';
import type { Preview, PreviewSpec } from '../../gpu/runtime/types.ts';
import { previewOf } from './host-preview.ts';
import type { TensorData } from './session-api.ts';

export interface HostValue {
  readonly key: ValueKey;
  readonly type: TensorType;
  readonly data: Float64Array | TensorData['data'];
}

export type HostValues = ReadonlyMap<string, HostValue>;

/** Null if no run has computed the port. */
export function previewFrom(values: HostValues, port: string, spec: PreviewSpec): Preview | null {
  const value = values.get(port);
  return value ? previewOf(value.key, value.type.shape, value.data, spec) : null;
}

/**
 * A copy of the part at `index` of the leading axes; null if no run has computed the port.
 * @throws {RangeError} if there is nothing at `index`.
 */
export function readFrom(values: HostValues, port: string, index: readonly number[]): TensorData | null {
  const value = values.get(port);
  if (!value) return null;
  const { dtype } = value.type;
  const { shape, offset, count } = sliceAt(value.type.shape, index);
  return { type: { dtype, shape }, data: wordsOf(dtype, value.data.subarray(offset, offset + count)) };
}

/** Float64 is rounded here, and only here. */
function wordsOf(dtype: TensorType['dtype'], part: HostValue['data']): TensorData['data'] {
  switch (dtype) {
    case 'f32':
    case 'f16':
      return Float32Array.from(part);
    case 'i32':
      return Int32Array.from(part);
    case 'bool':
      return Uint32Array.from(part);
    default:
      return dtype satisfies never;
  }
}
