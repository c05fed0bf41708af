/** `patchbay run`: computes a graph and writes what it gives. */
import { runPasses } from '../../gpu/passes/pipeline.ts';
import type { Call, Command, Flag } from '../command.ts';
import { openDevice } from '../devices/open.ts';
import { UsageError, UserError } from '../errors.ts';
import { checkWritable } from '../files.ts';
import { DEVICE, MODEL_FLAGS, STORAGE } from '../flags.ts';
import { leavesOf } from '../leaves.ts';
import { loadModel } from '../model.ts';
import { describeTensors, writeResults } from '../results.ts';
import { storageOf } from '../storage.ts';

const OUT: Flag = { name: 'out', value: 'FILE.safetensors', help: 'write every output and tap to this file' };
const SAVE_WEIGHTS: Flag = {
  name: 'save-weights',
  help: 'write the weights used too, under weight/<path>; wants --out',
};
const STATS: Flag = { name: 'stats', help: 'print time, steps, pipelines and memory' };

export const run: Command = {
  name: 'run',
  summary: 'Compute a graph; prints a line per output and tap',
  operands: ['GRAPH'],
  flags: [...MODEL_FLAGS, OUT, SAVE_WEIGHTS, DEVICE, STORAGE, STATS],
  run: async (call) => {
    const open = openDevice(call.value(DEVICE), storageOf(call));
    const out = call.value(OUT);
    if (out === undefined && call.has(SAVE_WEIGHTS)) throw new UsageError('--save-weights wants --out');
    if (out !== undefined) await checkWritable(out);
    const model = await loadModel(call);
    if (model.graph.outputs.length === 0)
      throw new UserError(`${call.operands[0]}: the main module has no output that could be computed`);
    const saving = out !== undefined && call.has(SAVE_WEIGHTS);
    const leaves = leavesOf(model, saving);
    const device = await open();
    const { tensors, stats, warnings } = await device
      .compute(runPasses(model.graph), leaves.read)
      .finally(() => device.dispose());
    for (const warning of warnings) call.warn(`patchbay run: ${warning}`);
    if (out !== undefined) {
      const weights = saving ? await leaves.weights() : new Map<string, Float32Array>();
      const shaped = Array.from(weights, ([path, data]) => ({
        path,
        data,
        shape: model.weights.recipes.get(path)!.shape,
      }));
      await writeResults(out, tensors, shaped, metadataOf(call, model.document.seed));
    }
    for (const line of describeTensors(tensors)) call.print(line);
    if (call.has(STATS)) for (const [name, value] of stats) call.print(`${name.padEnd(10)} ${value}`);
    return 0;
  },
};

function metadataOf(call: Call, seed: number): Record<string, string> {
  return { generator: 'patchbay', graph: call.operands[0]!, seed: String(seed) };
}
