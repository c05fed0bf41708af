/** `--device cpu`: ONNX Runtime on the CPU, over the same IR: what computes well where there is no GPU. */
import { checkOperations } from '../../gpu/memory-need.ts';
import { OnnxEngine, type OnnxRun } from '../../export/onnx/run/engine.ts';
import { formatBytes, formatCount, formatMilliseconds } from '../numbers.ts';
import { openOnnxSession } from '../onnx-runtime.ts';
import type { Computed, Device } from './device.ts';
import { machineMemory } from './machine-memory.ts';

export function openCpuDevice(): Device {
  // In one piece: in Node every session has threads of its own, which would wait for work beside those of the next.
  const engine = new OnnxEngine({ open: openOnnxSession, cut: 'whole' });
  return {
    compute: async (graph, leaf, wanted) => {
      checkOperations(graph, Float32Array.BYTES_PER_ELEMENT, machineMemory());
      const run = await engine.run(graph, ({ kind, name }) => leaf(kind, name));
      return {
        tensors: run.tensors.filter(({ name }) => wanted === undefined || wanted.includes(name)),
        keys: new Map(),
        warnings: [],
        stats: statsOf(run, engine.pool.bytes),
      };
    },
    dispose: () => void engine.dispose(),
  };
}

function statsOf({ milliseconds, computing, stepsRun, stepsTotal }: OnnxRun, kept: number): Computed['stats'] {
  return [
    ['device', 'CPU, ONNX Runtime'],
    [
      'time',
      `${formatMilliseconds(computing)} (and ${formatMilliseconds(milliseconds - computing)} to make the model and its numbers)`,
    ],
    ['steps', formatCount(stepsRun, stepsTotal)],
    ['kept', formatBytes(kept)],
  ];
}
