/** `patchbay weights`: what a checkpoint has of a graph's weights, what it lacks, and what is left over. */
import { analyse } from '../../graph/analyse.ts';
import { describeProblem } from '../../graph/problems.ts';
import { checkpointFit, fitProblems } from '../../nodes/checkpoint.ts';
import { NODES } from '../../nodes/registry.ts';
import { weightShapes } from '../../nodes/weights.ts';
import { openCheckpoint } from '../checkpoint.ts';
import type { Command, Flag } from '../command.ts';
import { UserError } from '../errors.ts';
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
    const fit = checkpointFit(weightShapes(tree), checkpoint);
    if (call.has(LIST)) {
      for (const { path, entry } of fit.matched) call.print(path === entry ? path : `${path} = ${entry}`);
    }
    call.print(`matched          ${fit.matched.length}`);
    call.print(`missing          ${fit.missing.length}`);
    call.print(`of another shape ${fit.wrongShape.length}`);
    call.print(`left over        ${fit.unexpected.length + fit.clashing.length}`);
    const misfits = fitProblems(fit, tree, checkpoint);
    for (const problem of misfits) call.warn(describeProblem(problem));
    return misfits.length === 0 ? 0 : 1;
  },
};
