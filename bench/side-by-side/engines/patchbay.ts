/** Patchbay on a GPU: the compiler and the runtime as the application has them. */
import type { ComputedTensor } from '../../../export/values.ts';
import { compile } from '../../../gpu/compile.ts';
import type { Plan } from '../../../gpu/plan.ts';
import { Engine as Runtime } from '../../../gpu/runtime/engine.ts';
import { tuneEngine } from '../../../gpu/tune-engine.ts';
import { adapterTitle } from '../adapter-title.ts';
import type { Engine, Facts } from '../engine.ts';

/** What compiled models may keep; workloads follow one another. */
const POOL_BUDGET = 16 * 2 ** 30;

/**
 * @param tuned choose the kernels by measuring, as the application does in idle time.
 * @throws {NoAdapterError} if there is no adapter.
 */
export async function openPatchbay(gpu: GPU, tuned: boolean): Promise<Engine> {
  const runtime = await Runtime.create(gpu, { poolBudget: POOL_BUDGET });
  if (tuned) await tuneEngine(runtime);
  const { name, software, limits } = runtime.info;
  return {
    device: adapterTitle({ name, software, fingerprint: runtime.fingerprint }),
    driver: runtime.fingerprint,
    software,
    stage: async ({ graph, leaves, leaf }) => {
      const numbers = new Map<string, Uint8Array>();
      for (const leafOf of leaves) {
        const { buffer, byteOffset, byteLength } = await leaf(leafOf.name);
        numbers.set(leafOf.name, new Uint8Array(buffer, byteOffset, byteLength));
      }
      return () => {
        const plan = compile(graph, { limits, tuning: runtime.tuning, keep: 'outputs' });
        return Promise.resolve({
          run: async () => {
            // Weights and inputs stay on the device; nothing that was computed does.
            runtime.forgetResults();
            await runtime.run({ plan, leaf: (wanted) => Promise.resolve(numbers.get(wanted.name)!) });
            return readOutputs(runtime, plan);
          },
          facts: factsOf(plan),
          dispose: () => {
            runtime.forgetAll();
            return Promise.resolve();
          },
        });
      };
    },
  };
}

async function readOutputs(runtime: Runtime, plan: Plan): Promise<ComputedTensor[]> {
  const outputs = plan.outputs.filter(({ kind }) => kind === 'output');
  return Promise.all(
    outputs.map(async ({ name }) => {
      const { type, data } = await runtime.read(name);
      const words = type.dtype === 'f32' ? Float32Array : Int32Array;
      return { name, type, data: new words(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength / 4) };
    }),
  );
}

function factsOf({ steps, shaders, memory: { arenaBytes, weightBytes, keptBytes } }: Plan): Facts {
  return {
    dispatches: steps.filter(({ kind }) => kind === 'dispatch').length,
    pipelines: shaders.length,
    deviceBytes: arenaBytes + weightBytes + keptBytes,
  };
}
