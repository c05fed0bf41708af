/** Checks that a graph is well formed; runs between passes, so that a faulty rewrite is caught where it was made. */
import type { InferTypes } from './builder.ts';
import { IrError } from './errors.ts';
import { printType } from './printer.ts';
import type { Graph, TensorType, ValueId } from './types.ts';

/**
 * Every input is defined before it is used and every value once, attributes and operands fit their op, the types on
 * record are the inferred ones, and every output exists.
 * @throws {IrError} at the first operation that breaks a rule.
 */
export function verify(graph: Graph, infer: InferTypes): void {
  const defined = new Set<ValueId>();
  for (const { op, inputs, attributes, results, origin } of graph.operations) {
    const place = { op, origin };
    const operands = inputs.map((input): TensorType => {
      if (!defined.has(input)) throw new IrError(`uses %${input} before it is defined`, place);
      return graph.types.get(input)!;
    });
    let types: TensorType[];
    try {
      types = infer(op, operands, attributes);
    } catch (error) {
      throw error instanceof IrError ? IrError.located(error, place) : error;
    }
    if (types.length !== results.length) {
      throw new IrError(`has ${results.length} results on record, ${types.length} by its rule`, place);
    }
    for (const [index, result] of results.entries()) {
      if (defined.has(result)) throw new IrError(`defines %${result} a second time`, place);
      const recorded = graph.types.get(result);
      const inferred = types[index]!;
      if (!recorded) throw new IrError(`%${result} has no type on record`, place);
      if (printType(recorded) !== printType(inferred)) {
        throw new IrError(`%${result} is ${printType(recorded)} on record, ${printType(inferred)} by its rule`, place);
      }
      defined.add(result);
    }
  }
  const names = new Set<string>();
  for (const { name, value, kind } of graph.outputs) {
    if (!defined.has(value)) throw new IrError(`${kind} ${name} is %${value}, which is never defined`);
    if (names.has(`${kind} ${name}`)) throw new IrError(`there are two ${kind}s named ${name}`);
    names.add(`${kind} ${name}`);
  }
}
