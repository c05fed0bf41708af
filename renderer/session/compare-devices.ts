/** Measures once whether a software adapter is faster than the CPU itself: a product of matrices and a norm, on both. */
import { elementCount, type Graph } from '../../gpu/ir/types.ts';
import { createBuilder } from '../../gpu/ops/create-builder.ts';
import type { DeviceVerdict } from '../stores/remembered-device.ts';
import type { Device } from './device.ts';
import { programFor } from './program-for.ts';

/** Of the workload's inputs: rows of 1536, narrowed to 384 and widened again, 0.46 GFLOP. */
const SHAPES: Readonly<Record<string, readonly number[]>> = {
  x: [196, 1536],
  down: [384, 1536],
  up: [1536, 384],
  weight: [1536],
  bias: [1536],
};
/** The first compiles, and is not counted. */
const RUNS = 4;

/**
 * @param adapter whose verdict it is.
 * @throws what `signal` was aborted with.
 */
export async function compareDevices(
  cpu: Device,
  gpu: Device,
  adapter: string,
  signal: AbortSignal,
): Promise<DeviceVerdict> {
  const onCpu = await fastest(cpu, signal);
  const onGpu = await fastest(gpu, signal);
  return { adapter, faster: onGpu < onCpu ? 'gpu' : 'cpu' };
}

/** Milliseconds of the fastest run. */
async function fastest(device: Device, signal: AbortSignal): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    signal.throwIfAborted();
    const { milliseconds } = await device.run(programFor(device, workload(run)), {
      leaf: async ({ name }) => new Uint8Array(new Float32Array(elementCount(SHAPES[name]!)).fill(0.01).buffer),
      signal,
      onStage: () => undefined,
    });
    times.push(milliseconds);
  }
  return Math.min(...times.slice(1));
}

/** Two linear layers and a norm; under other keys each time, so that nothing of it is kept. */
function workload(run: number): Graph {
  const builder = createBuilder();
  const leaf = (name: string) => {
    return builder.emit('input', [], { name, key: `compared ${run} ${name}`, dtype: 'f32', shape: SHAPES[name]! });
  };
  const narrow = builder.emit('linear', [leaf('x'), leaf('down')]);
  const wide = builder.emit('linear', [narrow, leaf('up')]);
  builder.output('y', builder.emit('layer_norm', [wide, leaf('weight'), leaf('bias')], { epsilon: 1e-5 }), 'output');
  return builder.build();
}
