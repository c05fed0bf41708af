/** `patchbay plan`: what the runtime executes on this machine's adapter. */
import { runPasses } from '../../gpu/passes/pipeline.ts';
import { printPlan } from '../../gpu/print-plan.ts';
import type { Command, Flag } from '../command.ts';
import { MODEL_FLAGS, STORAGE } from '../flags.ts';
import { loadModel } from '../model.ts';
import { storageOf } from '../storage.ts';

const WGSL: Flag = { name: 'wgsl', help: "print the shaders' source too" };

export const plan: Command = {
  name: 'plan',
  summary: "The plan for this machine's adapter: steps, memory, what is fused and why not more, shaders",
  operands: ['GRAPH'],
  flags: [...MODEL_FLAGS, STORAGE, WGSL],
  run: async (call) => {
    const storage = storageOf(call);
    const { graph } = await loadModel(call);
    const { planOnGpu } = await import('../devices/gpu.ts');
    const made = await planOnGpu(runPasses(graph), storage);
    call.print(printPlan(made, { withShaders: call.has(WGSL) }).trimEnd());
    return 0;
  },
};
