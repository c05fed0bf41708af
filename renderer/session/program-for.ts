/** A graph as this device runs it, without a document behind it. */
import { compile } from '../../gpu/compile.ts';
import type { Graph } from '../../gpu/ir/types.ts';
import type { Device, Program } from './device.ts';

/** @throws {LimitError} if a value does not fit the adapter. */
export function programFor({ target }: Device, graph: Graph): Program {
  if (target.kind === 'graph') return { kind: 'graph', graph };
  return { kind: 'plan', plan: compile(graph, { ...target, keep: 'outputs' }) };
}
