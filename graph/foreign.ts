/**
 * Placeholders: nodes that stand for an operator of an imported file which no node computes. They keep its attributes as
 * parameters and its wires; the rest of the graph is checked as ever, and a run that needs one is refused.
 */

/** What the type of such a node begins with; its operator follows. */
export const FOREIGN = 'onnx.';

/** The operator that a node type stands for; undefined where it is no placeholder. */
export function foreignOperator(type: string): string | undefined {
  return type.startsWith(FOREIGN) ? type.slice(FOREIGN.length) : undefined;
}
