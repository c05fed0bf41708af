/**
 * Local rewrites until none applies: movement that moves nothing goes, chains of movement become one, neutral elements
 * vanish, and what depends on constants alone is computed. The rules stand in gpu/passes/simplify/, one list per theme.
 */
import type { Builder } from '../ir/builder.ts';
import type { Graph, Operation, ValueId } from '../ir/types.ts';
import { rewrite } from './rewrite.ts';
import { ARITHMETIC_RULES } from './simplify/arithmetic.ts';
import { CONSTANT_RULES } from './simplify/constants.ts';
import { MOVEMENT_RULES } from './simplify/movement.ts';
import type { Candidate, Rule, View } from './simplify/rule.ts';

const RULES: readonly Rule[] = [...MOVEMENT_RULES, ...ARITHMETIC_RULES, ...CONSTANT_RULES];

/** The same numbers from fewer and simpler operations. What is no longer used stays: gpu/passes/dead-code.ts removes it. */
export function simplify(graph: Graph): Graph {
  const producers = new Map<ValueId, Candidate>();
  return rewrite(graph, (operation, inputs, builder) => {
    const view: View = {
      typeOf: (value) => builder.typeOf(value),
      producerOf: (value) => producers.get(value),
      constant: (value, type) =>
        emit({ op: 'constant', inputs: [], attributes: { value, ...type } }, builder, producers),
    };
    if (operation.results.length > 1) return emitAll(operation, inputs, builder);
    return [settle({ ...operation, inputs }, view, builder, producers)];
  });
}

/** Applies rules until none does, then emits what is left. */
function settle(first: Candidate, view: View, builder: Builder, producers: Map<ValueId, Candidate>): ValueId {
  let candidate = first;
  for (;;) {
    const replacement = firstReplacement(candidate, view);
    if (replacement === undefined) return emit(candidate, builder, producers);
    if (typeof replacement === 'number') return replacement;
    candidate = replacement;
  }
}

function firstReplacement(candidate: Candidate, view: View): Candidate | ValueId | undefined {
  for (const rule of RULES) {
    const replacement = rule(candidate, view);
    if (replacement !== undefined) return replacement;
  }
  return undefined;
}

function emit({ op, inputs, attributes }: Candidate, builder: Builder, producers: Map<ValueId, Candidate>): ValueId {
  const value = builder.emit(op, inputs, attributes);
  producers.set(value, { op, inputs, attributes });
  return value;
}

function emitAll({ op, attributes }: Operation, inputs: readonly ValueId[], builder: Builder): ValueId[] {
  return builder.emitAll(op, inputs, attributes);
}
