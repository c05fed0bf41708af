/** `patchbay ir`: the tensor IR as lowered and after every pass. */
import { printStages, tracePasses } from '../../gpu/passes/pipeline.ts';
import type { Command } from '../command.ts';
import { MODEL_FLAGS } from '../flags.ts';
import { loadModel } from '../model.ts';

export const ir: Command = {
  name: 'ir',
  summary: 'The tensor IR, as lowered and after every pass',
  operands: ['GRAPH'],
  flags: MODEL_FLAGS,
  run: async (call) => {
    const { graph } = await loadModel(call);
    call.print(printStages(tracePasses(graph)).trimEnd());
    return 0;
  },
};
