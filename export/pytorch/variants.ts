/**
 * Code for every value that a choice or a truth value may have, where it follows hyperparameters and the spelling depends
 * on it: `a == b if self.comparison == 'equal' else a != b`.
 */
import type { LibraryNode } from '../../graph/schema.ts';
import type { Scalar } from '../../graph/signature.ts';
import { compare, string, type Python } from '../../nodes/python.ts';
import { NODES } from '../../nodes/registry.ts';
import type { TorchOutputs, TorchParams } from '../../nodes/torch.ts';

/** One expression, over all values. */
export function layerOverValues<P extends TorchParams>(
  node: LibraryNode,
  params: P,
  write: (params: P) => Python,
): Python {
  return overValues(node, params, write, conditional);
}

/** What `forward` gives, over all values, output by output. */
export function outputsOverValues<P extends TorchParams>(
  node: LibraryNode,
  params: P,
  write: (params: P) => TorchOutputs,
): TorchOutputs {
  return overValues(node, params, write, (test, holds, otherwise) => {
    // An expression that is taken apart is the same for all values: none depends on a choice.
    if (holds.kind === 'unpack' || otherwise.kind === 'unpack') return holds;
    const ports = Object.entries(holds.values);
    const values = ports.map(([port, value]) => [port, conditional(test, value, otherwise.values[port]!)] as const);
    return { kind: 'values', values: Object.fromEntries(values) };
  });
}

function overValues<P extends TorchParams, T>(
  node: LibraryNode,
  params: P,
  write: (params: P) => T,
  join: (test: Python, holds: T, otherwise: T) => T,
  settled: ReadonlySet<string> = new Set(),
): T {
  const rule = NODES.get(node.type)!.params.find(
    ({ name, type }) => (type === 'choice' || type === 'bool') && !settled.has(name) && params.follows(name),
  );
  if (!rule) return write(params);
  const values: readonly Scalar[] = rule.type === 'bool' ? [true, false] : (rule.choices ?? []);
  const outcomes = values.map((value) => {
    const known = { ...params, value: (name: string) => (name === rule.name ? value : params.value(name)) };
    return overValues(node, known, write, join, new Set([...settled, rule.name]));
  });
  const written = params.param(rule.name);
  return outcomes.reduceRight((otherwise, holds, index) => {
    if (same(holds, otherwise)) return otherwise;
    const value = values[index]!;
    return join(typeof value === 'string' ? compare('==', written, string(value)) : written, holds, otherwise);
  });
}

function conditional(test: Python, value: Python, otherwise: Python): Python {
  return same(value, otherwise) ? value : { kind: 'conditional', test, value, otherwise };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
