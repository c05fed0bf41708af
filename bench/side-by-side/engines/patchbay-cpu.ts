/** Patchbay's CPU device: its export in ONNX Runtime, in pieces whose values are kept, as the application computes it. */
import type { LeafWords } from '../../../export/target.ts';
import type { OnnxEngine } from '../../../export/onnx/run/engine.ts';
import type { Graph, Operation } from '../../../gpu/ir/types.ts';
import type { Engine } from '../engine.ts';

export function patchbayCpu(runtime: OnnxEngine, threads: number): Engine {
  return {
    device: `CPU, ${threads} threads`,
    software: true,
    stage: async ({ graph, leaves, leaf }) => {
      const numbers = new Map<string, LeafWords>();
      for (const { name } of leaves) numbers.set(name, await leaf(name));
      return () => {
        let run = 0;
        return Promise.resolve({
          run: async () => {
            run++;
            const { tensors } = await runtime.run(renewed(graph, run), ({ name }) =>
              Promise.resolve(numbers.get(name)!),
            );
            return tensors;
          },
          facts: {},
          dispose: () => Promise.resolve(),
        });
      };
    },
  };
}

/** Other keys of the inputs each time, so that weights alone are kept. */
function renewed(graph: Graph, run: number): Graph {
  const renew = (operation: Operation): Operation => {
    if (operation.op !== 'input') return operation;
    return {
      ...operation,
      attributes: { ...operation.attributes, key: `${String(operation.attributes['key'])} ${run}` },
    };
  };
  return { ...graph, operations: graph.operations.map(renew) };
}
