/** `patchbay profile`: where the time of a run goes, by module and node, and what bounds each of them. */
import { runPasses } from '../../gpu/passes/pipeline.ts';
import { profileTree, type Layers } from '../../nodes/profile-tree.ts';
import type { Command, Flag } from '../command.ts';
import { UsageError, UserError } from '../errors.ts';
import { MODEL_FLAGS, STORAGE } from '../flags.ts';
import { leavesOf } from '../leaves.ts';
import { loadModel } from '../model.ts';
import { profileLines } from '../profile-table.ts';
import { storageOf } from '../storage.ts';

const LAYERS: Flag = {
  name: 'layers',
  value: 'folded|apart',
  help: 'the layers of a stack as one, which is the default, or each on its own',
};
const DEPTH: Flag = { name: 'depth', value: 'N', help: 'print modules down to this depth only' };
const JSON_FLAG: Flag = { name: 'json', help: 'print the tree as JSON' };

export const profile: Command = {
  name: 'profile',
  summary: 'Where the time of a run on the GPU goes: modules and nodes, and what bounds each',
  operands: ['GRAPH'],
  flags: [...MODEL_FLAGS, STORAGE, LAYERS, DEPTH, JSON_FLAG],
  run: async (call) => {
    const layers = layersOf(call.value(LAYERS));
    const depth = depthOf(call.value(DEPTH));
    const storage = storageOf(call);
    const model = await loadModel(call);
    if (model.graph.outputs.length === 0)
      throw new UserError(`${call.operands[0]}: the main module has no output that could be computed`);
    const { profileOnGpu } = await import('../devices/gpu.ts');
    const measured = await profileOnGpu(runPasses(model.graph), leavesOf(model, false).read, storage);
    for (const warning of measured.warnings) call.warn(`patchbay profile: ${warning}`);
    const tree = profileTree(model.tree, measured.profile, layers);
    if (call.has(JSON_FLAG)) {
      const { milliseconds, runs, clock, tick, ceilings } = measured.profile;
      call.print(JSON.stringify({ device: measured.device, ceilings, clock, tick, runs, milliseconds, tree }, null, 2));
    } else {
      for (const line of profileLines(measured, tree, depth)) call.print(line);
    }
    return 0;
  },
};

function layersOf(value = 'folded'): Layers {
  if (value !== 'folded' && value !== 'apart') throw new UsageError(`--layers ${value}: there are folded and apart`);
  return value;
}

function depthOf(value: string | undefined): number {
  if (value === undefined) return Infinity;
  if (!/^\d+$/.test(value)) throw new UsageError(`--depth ${value}: it wants a whole number`);
  return Number(value);
}
