/** A node asked for as Python would call it: `linear(768, bias=False)`, `reshape(input.shape[0], -1, heads=12, 64)`. */
import { EditError } from '../../graph/edits.ts';
import { splitDims, splitLabel } from '../../graph/dims.ts';
import type { ParameterValue } from '../../graph/schema.ts';
import { valueOf, type ParameterType } from '../inspector/values.ts';

export interface Call {
  /** What is looked for. */
  readonly name: string;
  /** What stands in the parentheses, the last of which may still be missing; null where none was opened. */
  readonly written: string | null;
}

/** What an argument may be for: a parameter of a node's record, or a hyperparameter of a module. */
export interface CallParameter {
  readonly name: string;
  readonly type: ParameterType;
}

/** Takes what is typed apart at the first parenthesis. */
export function parseCall(query: string): Call {
  const open = query.indexOf('(');
  if (open === -1) return { name: query, written: null };
  const rest = query.slice(open + 1).trimEnd();
  return { name: query.slice(0, open), written: rest.endsWith(')') && closes(rest) ? rest.slice(0, -1) : rest };
}

/** True if the last parenthesis ends the call, and none inside of it. */
function closes(rest: string): boolean {
  const count = (character: string): number => rest.split(character).length - 1;
  return count(')') > count('(');
}

/**
 * Values by the parameters' names. Arguments without a name go to the parameters in their order; one of type `dims` takes
 * all that follow, with the names of sizes that they have.
 * @throws {EditError} if there are more than parameters, or one is given twice.
 */
export function argumentsOf(
  title: string,
  written: string,
  parameters: readonly CallParameter[],
): Readonly<Record<string, ParameterValue>> {
  const values: Record<string, ParameterValue> = {};
  const give = (parameter: CallParameter, text: string): void => {
    if (parameter.name in values) throw new EditError(`${title} has got ${parameter.name} twice`);
    values[parameter.name] = valueOf(unquoted(text.trim(), parameter.type), parameter.type);
  };
  const waiting = [...parameters];
  const sizes: string[] = [];
  for (const { text } of splitDims(written)) {
    const { label, text: value } = splitLabel(text);
    const named = parameters.find(({ name }) => name === label);
    const next = waiting[0];
    if (named) {
      give(named, value);
      waiting.splice(waiting.indexOf(named), waiting.includes(named) ? 1 : 0);
    } else if (next?.type === 'dims') sizes.push(text.trim());
    else if (label !== undefined) throw new EditError(`${title} has no parameter ${label}: ${signature(parameters)}`);
    else if (next) give(waiting.shift()!, text);
    else throw new EditError(`${title} takes ${parameters.length} arguments: ${signature(parameters)}`);
  }
  if (sizes.length > 0) give(waiting[0]!, sizes.join(', '));
  return values;
}

/** `in_features, out_features, bias`. */
export function signature(parameters: readonly CallParameter[]): string {
  return parameters.map(({ name }) => name).join(', ') || 'none';
}

/** A text may stand in quotes, as Python has it. */
function unquoted(text: string, type: ParameterType): string {
  if (type === 'int' || type === 'float' || type === 'bool' || type === 'dims') return text;
  return /^(['"]).*\1$/.test(text) ? text.slice(1, -1) : text;
}
