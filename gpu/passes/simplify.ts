/**
 * Local rewrites until none applies: movement that moves nothing goes, chains of movement become one, neutral elements
 * vanish, and what depends on constants alone is computed. The rules stand in gpu/passes/simplify/, one list per theme.
 */
import { IrError } from '../ir/errors.ts';
import type { Graph, ValueId } from '../ir/types.ts';
import { rewrite } from './rewrite.ts';
import { ARITHMETIC_RULES } from './simplify/arithmetic.ts';
import { CONSTANT_RULES } from './simplify/constants.ts';
import { MOVEMENT_RULES } from './simplify/movement.ts';
import type { Candidate, Rule, View } from './simplify/rule.ts';

const RULES: readonly Rule[] = [...MOVEMENT_RULES, ...ARITHMETIC_RULES, ...CONSTANT_RULES];

/** The same numbers from fewer and simpler operations. What is no longer used stays: gpu/passes/dead-code.ts removes it. */
export function simplify(graph: Graph): Graph {
  const producers = new Map<ValueId, Candidate>();
  return rewrite(graph, ({ op, attributes, results, origin }, inputs, builder) => {
    const emit = (candidate: Candidate): ValueId => {
      const value = builder.emit(candidate.op, candidate.inputs, candidate.attributes);
      producers.set(value, candidate);
      return value;
    };
    const view: View = {
      typeOf: (value) => builder.typeOf(value),
      producerOf: (value) => producers.get(value),
      constant: (value, type) => emit({ op: 'constant', inputs: [], attributes: { value, ...type } }),
    };
    if (results.length > 1) return builder.emitAll(op, inputs, attributes);
    const settled = settleAt({ op, inputs, attributes }, view, origin);
    return [typeof settled === 'number' ? settled : emit(settled)];
  });
}

/** @throws {IrError} with the place, where constants do not fit each other (a row that a table has not). */
function settleAt(candidate: Candidate, view: View, origin: string): Candidate | ValueId {
  try {
    return settle(candidate, view);
  } catch (error) {
    throw error instanceof IrError ? IrError.located(error, { op: candidate.op, origin }) : error;
  }
}

/** Applies rules until none does. */
function settle(candidate: Candidate, view: View): Candidate | ValueId {
  for (const rule of RULES) {
    const simpler = rule(candidate, view);
    if (simpler !== undefined) return typeof simpler === 'number' ? simpler : settle(simpler, view);
  }
  return candidate;
}
