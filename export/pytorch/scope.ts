/** Parameters of a node as Python, where hyperparameters are arguments (`__init__`) or attributes (`forward`). */
import { splitDims } from '../../graph/dims.ts';
import { parseExpression } from '../../graph/expression-syntax.ts';
import { namesInParameter } from '../../graph/parameter-names.ts';
import { own } from '../../graph/records.ts';
import type { GraphNode, ParameterValue } from '../../graph/schema.ts';
import type { ParameterDefinition } from '../../graph/signature.ts';
import { expressionOfText } from '../../graph/text-value.ts';
import { bool, float, int, partsOf, string, type Python } from '../../nodes/python.ts';
import { expressionToPython, type ExpressionScope } from './expression.ts';

/** What a rule needs to be written: the record's parameters, or a module's hyperparameters. */
export type WrittenRule = Pick<ParameterDefinition, 'name' | 'type'> & { readonly default: ParameterValue };

/** What the document writes for a parameter, or else its default. */
export function sourceOf(node: GraphNode, rule: WrittenRule): ParameterValue {
  return own(node.params, rule.name) ?? rule.default;
}

/** Whether a parameter is written as an expression over hyperparameters. */
export function isFollowing(rule: WrittenRule, node: GraphNode): boolean {
  return namesInParameter(rule.type, sourceOf(node, rule)).length > 0;
}

/** A parameter that is one value. */
export function parameterToPython(
  rule: Pick<WrittenRule, 'type'>,
  source: ParameterValue,
  scope: ExpressionScope,
): Python {
  switch (rule.type) {
    case 'int':
    case 'float':
    case 'bool':
      if (typeof source === 'string') return expressionToPython(parseExpression(source), scope);
      if (typeof source === 'boolean') return bool(source);
      return rule.type === 'int' ? int(source) : float(source);
    case 'string':
    case 'choice': {
      const expression = expressionOfText(source);
      return expression === undefined ? string(String(source)) : expressionToPython(parseExpression(expression), scope);
    }
    case 'text':
    case 'images':
    case 'asset':
    case 'dims':
      return string(String(source));
    default:
      return rule.type satisfies never;
  }
}

/** One size of a `dims` parameter. */
export interface WrittenDim {
  readonly python: Python;
  /** What the document calls it, where that is more than a name. */
  readonly label?: string;
}

export function dimsToPython(source: ParameterValue, scope: ExpressionScope): readonly WrittenDim[] {
  return splitDims(String(source)).map(({ text }) => {
    const [prefix = '', label] = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)/.exec(text) ?? [];
    const expression = parseExpression(text.slice(prefix.length).trimEnd());
    const python = expressionToPython(expression, scope);
    return label === undefined || expression.kind === 'name' ? { python } : { python, label };
  });
}

/** How often this very object stands in the expression. */
export function occurrences(python: Python, part: Python): number {
  if (python === part) return 1;
  return partsOf(python).reduce((count, inner) => count + occurrences(inner, part), 0);
}
