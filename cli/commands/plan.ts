/** `patchbay plan`: what the runtime executes on this machine's adapter. */
import { runPasses } from '../../gpu/passes/pipeline.ts';
import { printPlan } from '../../gpu/print-plan.ts';
import type { Command, Flag } from '../command.ts';
import { MODEL_FLAGS } from '../flags.ts';
import { loadModel } from '../model.ts';

const WGSL: Flag = { name: 'wgsl', help: "print the shaders' source too" };

export const plan: Command = {
  name: 'plan',
  summary: "The plan for this machine's adapter: steps, memory, what is fused and why not more, shaders",
  operands: ['GRAPH'],
  flags: [...MODEL_FLAGS, WGSL],
  run: async (call) => {
    const { graph } = await loadModel(call);
    const { planOnGpu } = await import('../devices/gpu.ts');
    call.print(printPlan(await planOnGpu(runPasses(graph)), { withShaders: call.has(WGSL) }).trimEnd());
    return 0;
  },
};
