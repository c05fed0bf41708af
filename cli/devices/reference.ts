/** `--device reference`: float64 on the CPU, the yardstick, and what computes where there is no GPU. */
import { freemem } from 'node:os';
import { valueKeys } from '../../gpu/ir/key.ts';
import { elementCount } from '../../gpu/ir/types.ts';
import type { Graph } from '../../gpu/ir/types.ts';
import type { HostTensor } from '../../gpu/ops/record.ts';
import type { ValueKey } from '../../gpu/plan.ts';
import { runReference } from '../../gpu/reference.ts';
import { UserError } from '../errors.ts';
import { formatBytes, formatCount, formatMilliseconds } from '../numbers.ts';
import type { Device } from './device.ts';
import type { ComputedTensor } from '../../export/values.ts';

export function openReferenceDevice(): Device {
  let kept = new Map<ValueKey, HostTensor>();
  return {
    compute: async (graph, leaf, wanted) => {
      checkMemory(graph, freemem());
      const report = await runReference(graph, ({ kind, name }) => leaf(kind, name), { kept });
      // Only what this run gave: a value that the next one does not name would stay for good.
      const keys = valueKeys(graph);
      const names = new Set(graph.outputs.map(({ value }) => keys.get(value)!));
      kept = new Map([...kept].filter(([key]) => names.has(key)));
      const tensors = [...report.outputs, ...report.taps]
        .filter(([name]) => wanted === undefined || wanted.includes(name))
        .map(([name, tensor]) => computed(name, tensor));
      return {
        tensors,
        keys: new Map(graph.outputs.map(({ name, value }) => [name, keys.get(value)!])),
        stats: [
          ['device', 'CPU, float64 reference'],
          ['time', formatMilliseconds(report.milliseconds)],
          ['steps', formatCount(report.stepsRun, report.stepsTotal)],
        ],
        warnings: [],
      };
    },
    dispose: () => kept.clear(),
  };
}

function computed(name: string, { dtype, shape, data }: HostTensor): ComputedTensor {
  return {
    name,
    type: { dtype, shape },
    // Files hold float32: the one rounding of the way.
    data: dtype === 'f32' ? new Float32Array(data) : dtype === 'i32' ? new Int32Array(data) : new Uint32Array(data),
  };
}

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
