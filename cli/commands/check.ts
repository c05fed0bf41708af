/** `patchbay check`: what is wrong with a graph, and where. */
import { analyse } from '../../graph/analyse.ts';
import { describeProblem } from '../../graph/problems.ts';
import { NODES } from '../../nodes/registry.ts';
import { planSources } from '../../nodes/sources.ts';
import type { Command } from '../command.ts';
import { GRAPH_FLAGS } from '../flags.ts';
import { loadGraph } from '../graph.ts';
import { loadTokenizers } from '../tokenizers.ts';

export const check: Command = {
  name: 'check',
  summary: 'Errors of a graph with their place; exit 1 if there are any',
  operands: ['GRAPH'],
  flags: GRAPH_FLAGS,
  run: async (call) => {
    const graph = await loadGraph(call);
    const { tree, inference, problems: found } = analyse(graph.document, NODES, graph.overrides);
    // Also pictures that are missing and text that has no ids: a run would end at them.
    const sources = planSources(tree, inference, graph.document, new Map(), await loadTokenizers(graph));
    const problems = [...found, ...sources.problems];
    for (const problem of problems) {
      call.warn(problem.severity === 'error' ? describeProblem(problem) : `warning: ${describeProblem(problem)}`);
    }
    const errors = problems.filter(({ severity }) => severity === 'error').length;
    if (errors > 0) return 1;
    call.print(`${call.operands[0]}: no errors in ${tree.construction.length} nodes`);
    return 0;
  },
};
