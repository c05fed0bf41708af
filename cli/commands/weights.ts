/** `patchbay weights`: what a checkpoint has of a graph's weights, what it lacks, and what is left over; and the weights as a checkpoint. */
import { analyse } from '../../graph/analyse.ts';
import { checkpointFit, planCheckpoint } from '../../nodes/checkpoint.ts';
import { NODES } from '../../nodes/registry.ts';
import { planWeights, weightShapes } from '../../nodes/weights.ts';
import { openCheckpoint } from '../checkpoint.ts';
import type { Command, Flag } from '../command.ts';
import { UserError } from '../errors.ts';
import { reportFit } from '../fit-report.ts';
import { GRAPH_FLAGS, RENAME, WEIGHTS } from '../flags.ts';
import { loadGraph, rejectErrors } from '../graph.ts';
import { SAVE_FLAGS, savingOf, saveWeights } from '../save-weights.ts';

const LIST: Flag = { name: 'list', help: 'print every weight with the tensor that is meant for it' };

export const weights: Command = {
  name: 'weights',
  summary:
    'What of a checkpoint fits a graph: matched, missing, of another shape, left over; exit 1 if not all does. With --out ' +
    "the graph's weights, drawn or loaded, as a checkpoint",
  operands: ['GRAPH'],
  flags: [...GRAPH_FLAGS, WEIGHTS, RENAME, LIST, ...SAVE_FLAGS],
  run: async (call) => {
    const saving = await savingOf(call);
    const graph = await loadGraph(call);
    const checkpoint = await openCheckpoint(call, graph);
    if (!checkpoint && !saving) throw new UserError(`${call.operands[0]}: it names no weights; give --weights`);
    const { tree, problems } = analyse(graph.document, NODES, graph.overrides);
    rejectErrors(problems);
    if (call.has(LIST)) {
      const matched = checkpoint ? checkpointFit(weightShapes(tree), checkpoint).matched : [];
      const drawn = checkpoint ? [] : weightShapes(tree);
      for (const { path, entry } of matched) call.print(path === entry ? path : `${path} = ${entry}`);
      for (const { path } of drawn) call.print(path);
    }
    // Nothing is written of weights of which some would not be those of the checkpoint.
    if (checkpoint && !(await reportFit(call, tree, checkpoint))) return 1;
    if (!saving) return 0;
    const drawn = planWeights(tree, graph.document.seed);
    const plan = checkpoint ? planCheckpoint(drawn, tree, checkpoint) : drawn;
    rejectErrors(plan.problems);
    await saveWeights(call, saving, plan, checkpoint);
    return 0;
  },
};
