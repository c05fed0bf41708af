/** `--device reference`: float64 on the CPU, the yardstick, and what computes where there is no GPU. */
import { runReference } from '../../gpu/reference.ts';
import { formatCount, formatMilliseconds } from '../numbers.ts';
import type { Compute } from './device.ts';

export const computeInFloat64: Compute = async (graph, leaf) => {
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
