/** A device as exports and comparisons compute on it: a graph in, all of its outputs back. */
import type { LeafWords } from '../../export/target.ts';
import type { ComputedTensor } from '../../export/values.ts';
import type { ComputesGraphs } from '../../export/verify/compute-named.ts';
import type { Device } from './device.ts';
import { programFor } from './program-for.ts';
import type { RunStage } from './protocol.ts';

export interface ComputesOptions {
  readonly signal?: AbortSignal;
  readonly onStage?: (stage: RunStage) => void;
}

/** @throws by `compute`: {LimitError} where the device has no room for the graph; what `signal` was aborted with. */
export function computesOn(
  device: Device,
  { signal, onStage = () => undefined }: ComputesOptions = {},
): ComputesGraphs {
  return {
    compute: async (graph, leaf) => {
      await device.run(programFor(device, graph), {
        leaf: async ({ kind, name }) => copyOf(await leaf(kind === 'input' ? 'input' : 'weight', name)),
        signal: signal ?? new AbortController().signal,
        onStage,
      });
      const tensors: ComputedTensor[] = [];
      for (const { name } of graph.outputs) {
        const read = await device.read(name);
        if (!read) throw new Error(`${name} was computed and is not there`);
        tensors.push({ name, ...read });
      }
      return { tensors };
    },
  };
}

/** A copy that can be given away. */
function copyOf({ buffer, byteOffset, byteLength }: LeafWords): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength));
}
