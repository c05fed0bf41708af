/** Nodes of a file in an order in which each comes after what it reads; those that no output needs are left out. */
import { excerpt } from '../../graph/error-text.ts';
import { ImportError } from '../import-error.ts';
import type { OnnxNode } from './read-model.ts';

/**
 * As they stand in the file, where that is such an order, as ONNX asks for; else after what they read.
 * @param known names of inputs and initialisers.
 * @throws {ImportError} where a value is read that nothing gives, given twice, or made of itself.
 */
export function inOrder(
  nodes: readonly OnnxNode[],
  known: ReadonlySet<string>,
  wanted: readonly string[],
): readonly OnnxNode[] {
  const makers = makersOf(nodes, known);
  const needed = neededFor(wanted, makers, known);
  const ordered: OnnxNode[] = [];
  const done = new Set<OnnxNode>();
  for (const start of nodes) {
    if (!needed.has(start)) continue;
    // Depth first, without a call for each step: a chain may be as long as the file.
    const path = [stepOf(start, makers)];
    const open = new Set<OnnxNode>();
    while (path.length > 0) {
      const { node, sources } = path.at(-1)!;
      const before = done.has(node) ? undefined : nextOf(sources, done);
      open.add(node);
      if (before === undefined) {
        if (!done.has(node)) ordered.push(node);
        done.add(node);
        path.pop();
        open.delete(node);
      } else if (open.has(before)) {
        throw new ImportError(
          `node ${excerpt(before.name)} (${excerpt(before.operator)}) is made of what it gives: a cycle`,
        );
      } else path.push(stepOf(before, makers));
    }
  }
  return ordered;
}

function makersOf(nodes: readonly OnnxNode[], known: ReadonlySet<string>): ReadonlyMap<string, OnnxNode> {
  const makers = new Map<string, OnnxNode>();
  for (const node of nodes) {
    for (const output of node.outputs) {
      if (output === '') continue;
      if (makers.has(output) || known.has(output))
        throw new ImportError(`value ${excerpt(output)} is given twice, by node ${excerpt(node.name)} and before`);
      makers.set(output, node);
    }
  }
  return makers;
}

function neededFor(
  wanted: readonly string[],
  makers: ReadonlyMap<string, OnnxNode>,
  known: ReadonlySet<string>,
): ReadonlySet<OnnxNode> {
  const needed = new Set<OnnxNode>();
  const pending: { readonly value: string; readonly reader: string }[] = wanted.map((value) => ({
    value,
    reader: 'the graph, as an output',
  }));
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, reader } = next;
    if (value === '' || known.has(value)) continue;
    const node = makers.get(value);
    if (!node) throw new ImportError(`value ${excerpt(value)} is read by ${reader}, and nothing gives it`);
    if (needed.has(node)) continue;
    needed.add(node);
    for (const input of node.inputs)
      pending.push({ value: input, reader: `node ${excerpt(node.name)} (${excerpt(node.operator)})` });
  }
  return needed;
}

/** A node on the way, and what it reads that was not looked at yet: an iterator goes on where it was. */
function stepOf(node: OnnxNode, makers: ReadonlyMap<string, OnnxNode>) {
  const sources = node.inputs.flatMap((input) => makers.get(input) ?? []);
  return { node, sources: sources.values() };
}

function nextOf(sources: Iterator<OnnxNode>, done: ReadonlySet<OnnxNode>): OnnxNode | undefined {
  for (;;) {
    const next = sources.next();
    if (next.done === true) return undefined;
    if (!done.has(next.value)) return next.value;
  }
}
