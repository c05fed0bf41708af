/** `--device reference`: float64 on the CPU, the yardstick, and what computes where there is no GPU. */
import { freemem } from 'node:os';
import { elementCount } from '../../gpu/ir/types.ts';
import type { Graph } from '../../gpu/ir/types.ts';
import { runReference } from '../../gpu/reference.ts';
import { UserError } from '../errors.ts';
import { formatBytes, formatCount, formatMilliseconds } from '../numbers.ts';
import type { Compute } from './device.ts';

export const computeInFloat64: Compute = async (graph, leaf) => {
  checkMemory(graph, freemem());
  const { outputs, taps, milliseconds, stepsRun, stepsTotal } = await runReference(graph, ({ kind, name }) =>
    leaf(kind, name),
  );
  const tensors = [...outputs, ...taps].map(([name, { dtype, shape, data }]) => ({
    name,
    type: { dtype, shape },
    // Files hold float32: the one rounding of the way.
    data: dtype === 'f32' ? new Float32Array(data) : dtype === 'i32' ? new Int32Array(data) : new Uint32Array(data),
  }));
  return {
    tensors,
    stats: [
      ['device', 'CPU, float64 reference'],
      ['time', formatMilliseconds(milliseconds)],
      ['steps', formatCount(stepsRun, stepsTotal)],
    ],
  };
};

/**
 * @param free bytes of memory.
 * @throws {UserError} where one operation's values do not fit, before anything is drawn.
 */
function checkMemory({ operations, types }: Graph, free: number): void {
  for (const { inputs, results, origin } of operations) {
    const values = new Set([...inputs, ...results]);
    const bytes = [...values].reduce(
      (sum, value) => sum + elementCount(types.get(value)!.shape) * Float64Array.BYTES_PER_ELEMENT,
      0,
    );
    if (bytes <= free) continue;
    const shape = types.get(results[0]!)!.shape.join(', ');
    throw new UserError(
      `${origin}: computing [${shape}] takes ${formatBytes(bytes)} in float64; ${formatBytes(free)} are free`,
    );
  }
}
