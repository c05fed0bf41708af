/** The passes every graph goes through before a device sees it, in one visible list; verified after each. */
import { printGraph } from '../ir/printer.ts';
import type { Graph } from '../ir/types.ts';
import { verify } from '../ir/verifier.ts';
import { inferTypes } from '../ops/infer.ts';
import { mergeCommonSubexpressions } from './common-subexpressions.ts';
import { removeDeadCode } from './dead-code.ts';
import { decompose } from './decompose.ts';
import { narrow } from './narrow.ts';
import { simplify } from './simplify.ts';

/** A pure rewrite: the same outputs, the same numbers; running it twice changes nothing more. */
export interface Pass {
  readonly name: string;
  readonly run: (graph: Graph) => Graph;
}

/** A graph as a pass left it. */
export interface Stage {
  readonly pass: string;
  readonly graph: Graph;
}

export const NARROW: Pass = { name: 'narrow', run: narrow };
export const SIMPLIFY: Pass = { name: 'simplify', run: simplify };
export const COMMON_SUBEXPRESSIONS: Pass = { name: 'common-subexpressions', run: mergeCommonSubexpressions };
export const DEAD_CODE: Pass = { name: 'dead-code', run: removeDeadCode };
export const DECOMPOSE: Pass = { name: 'decompose', run: (graph) => decompose(graph) };

/** For every device; what a device cannot do it takes apart itself. */
export const PASSES: readonly Pass[] = [NARROW, SIMPLIFY, COMMON_SUBEXPRESSIONS, DEAD_CODE];

/**
 * The graph after each pass, the graph as it came first.
 * @throws {IrError} if the graph, or what a pass made of it, is not well formed.
 */
export function tracePasses(graph: Graph, passes: readonly Pass[] = PASSES): Stage[] {
  verify(graph, inferTypes);
  const stages: Stage[] = [{ pass: 'lowered', graph }];
  let current = graph;
  for (const { name, run } of passes) {
    current = run(current);
    verify(current, inferTypes);
    stages.push({ pass: name, graph: current });
  }
  return stages;
}

/** The graph after all passes. @throws {IrError} as `tracePasses`. */
export function runPasses(graph: Graph, passes: readonly Pass[] = PASSES): Graph {
  return tracePasses(graph, passes).at(-1)!.graph;
}

/** Every stage under its name; a pass that changed nothing says so. */
export function printStages(stages: readonly Stage[]): string {
  let before = '';
  return stages
    .map(({ pass, graph }) => {
      const text = printGraph(graph);
      const body = text === before ? '(as before)\n' : text;
      before = text;
      return `== ${pass}: ${graph.operations.length} operations ==\n${body}`;
    })
    .join('\n');
}
