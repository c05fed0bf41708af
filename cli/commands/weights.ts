/** `patchbay weights`: what a checkpoint has of a graph's weights, what it lacks, and what is left over. */
import { analyse } from '../../graph/analyse.ts';
import { checkpointFit } from '../../nodes/checkpoint.ts';
import { NODES } from '../../nodes/registry.ts';
import { weightShapes } from '../../nodes/weights.ts';
import { openCheckpoint } from '../checkpoint.ts';
import type { Command, Flag } from '../command.ts';
import { UserError } from '../errors.ts';
import { reportFit } from '../fit-report.ts';
import { GRAPH_FLAGS, RENAME, WEIGHTS } from '../flags.ts';
import { loadGraph, rejectErrors } from '../graph.ts';

const LIST: Flag = { name: 'list', help: 'print every weight with the tensor that is meant for it' };

export const weights: Command = {
  name: 'weights',
  summary: 'What of a checkpoint fits a graph: matched, missing, of another shape, left over; exit 1 if not all does',
  operands: ['GRAPH'],
  flags: [...GRAPH_FLAGS, WEIGHTS, RENAME, LIST],
  run: async (call) => {
    const graph = await loadGraph(call);
    const checkpoint = await openCheckpoint(call, graph);
    if (!checkpoint) throw new UserError(`${call.operands[0]}: it names no weights; give --weights`);
    const { tree, problems } = analyse(graph.document, NODES, graph.overrides);
    rejectErrors(problems);
    if (call.has(LIST)) {
      const { matched } = checkpointFit(weightShapes(tree), checkpoint);
      for (const { path, entry } of matched) call.print(path === entry ? path : `${path} = ${entry}`);
    }
    return (await reportFit(call, tree, checkpoint)) ? 0 : 1;
  },
};
