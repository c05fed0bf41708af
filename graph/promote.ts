/** Makes hyperparameters of nodes' parameters, whole or one size of a shape; says why where it cannot be. */
import { createChanges, EditError, moduleNamed, nodePath, nodeWithId } from './changes.ts';
import { splitDims, splitLabel } from './dims.ts';
import { addRule, nameTaken } from './edit-hyperparameters.ts';
import type { Edit } from './edit.ts';
import { ExpressionError, parseExpression } from './expression-syntax.ts';
import { EMPTY_SCOPE, evaluate, namesIn, usesShapes } from './expressions.ts';
import { finder } from './modules.ts';
import { freeName } from './names.ts';
import { REPEAT } from './node-rules.ts';
import { namesInParameter } from './parameter-names.ts';
import { ruleOf } from './parameters.ts';
import { isInput, isPort } from './ports.ts';
import {
  IDENTIFIER,
  isInstance,
  type GraphNode,
  type Hyperparameter,
  type ParameterValue,
  type PatchbayDocument,
} from './schema.ts';
import type { NodeLibrary, ParameterDefinition } from './signature.ts';
import { nameAsValue } from './text-value.ts';

/** A value that can become a hyperparameter's default. */
export interface PromotablePlace {
  /** Which size of a shape; absent for a parameter as a whole. */
  readonly item?: number;
  readonly value: ParameterValue;
  /** The hyperparameter's name, unless it is taken. */
  readonly name: string;
}

export type Promotable =
  | { readonly ok: true; readonly places: readonly PromotablePlace[] }
  | { readonly ok: false; readonly reason: string };

type Rule = Pick<ParameterDefinition, 'type'> &
  Partial<Pick<ParameterDefinition, 'choices' | 'fixed'>> &
  Pick<Hyperparameter, 'default' | 'minimum' | 'maximum' | 'help'>;

/** What of a node's parameter can become a hyperparameter; `repeat` is the number of layers of a stack. */
export function promotable(
  document: PatchbayDocument,
  library: NodeLibrary,
  node: GraphNode,
  param: string,
): Promotable {
  const rule = ruleIn(document, library, node, param);
  if (!rule) return refuse(`${node.name} has no parameter ${param}`);
  const value = valueOf(node, param, rule);
  if (isInput(node) && param === 'shape') return places(node, sizesOfPattern(node, String(value)));
  if (isPort(node)) return refuse('A port is the same in every instance of its module');
  if (rule.fixed !== undefined) return refuse(rule.fixed);
  switch (rule.type) {
    case 'text':
      return refuse('A text of several lines always stands for itself');
    case 'images':
    case 'asset':
      return refuse('A file belongs to the node, not to the module');
    case 'dims':
      return places(node, sizesOfDims(param, String(value)));
    case 'int':
    case 'float':
    case 'bool':
    case 'string':
    case 'choice': {
      const names = namesInParameter(rule.type, value);
      if (names.length > 0) return refuse(`It follows ${[...new Set(names)].join(', ')} already`);
      const wanted = param === REPEAT ? `${node.name}_layers` : param;
      return { ok: true, places: [{ value, name: IDENTIFIER.test(wanted) ? wanted : `stack_${wanted}` }] };
    }
    default:
      return rule.type satisfies never;
  }
}

/**
 * Makes a hyperparameter of a node's parameter: its value becomes the default, and the node follows it. What every
 * instance computes stays what it was.
 * @param item Which size, where the parameter is a shape.
 * @throws {EditError} if it cannot be, with the reason.
 */
export function promoteParameter(
  document: PatchbayDocument,
  library: NodeLibrary,
  moduleName: string,
  nodeId: string,
  param: string,
  item?: number,
): Edit {
  const module = moduleNamed(document, moduleName);
  const node = nodeWithId(module, nodeId);
  const found = promotable(document, library, node, param);
  if (!found.ok) throw new EditError(`${param} of ${node.name} cannot be a hyperparameter: ${lowered(found.reason)}`);
  const place = found.places.find((one) => one.item === item);
  if (!place) throw new EditError(`${param} of ${node.name} has no such size to make a hyperparameter of`);
  const rule = ruleIn(document, library, node, param)!;
  const name = freeName((one) => nameTaken(module, one) !== undefined, place.name);
  const changes = createChanges(document);
  addRule(changes, module, hyperparameterOf(rule, place, name));
  const written = item === undefined ? nameAsValue(name, rule.type) : withSize(node, param, rule, item, name);
  if (param === REPEAT && isInstance(node)) changes.set(nodePath(moduleName, nodeId, REPEAT), written);
  else if (node.params) changes.set(nodePath(moduleName, nodeId, 'params', param), written);
  else changes.set(nodePath(moduleName, nodeId, 'params'), { [param]: written });
  return {
    title: `Make ${param} of ${node.name} a hyperparameter`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds: [nodeId] },
  };
}

function hyperparameterOf(rule: Rule, place: PromotablePlace, name: string): Hyperparameter {
  if (place.item !== undefined) return { name, type: 'int', default: place.value, minimum: 0 };
  const { type, minimum, maximum, help, choices } = rule;
  return {
    name,
    type: type === 'int' || type === 'float' || type === 'bool' ? type : 'string',
    default: place.value,
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(choices && { choices: [...choices] as [string, ...string[]] }),
    ...(help !== undefined && { help }),
  };
}

function ruleIn(document: PatchbayDocument, library: NodeLibrary, node: GraphNode, param: string): Rule | undefined {
  if (!isInstance(node)) return library.get(node.type)?.params.find(({ name }) => name === param);
  if (param === REPEAT) return node.repeat === undefined ? undefined : { type: 'int', default: 1, minimum: 0 };
  const given = finder(document)(node.module)?.hyperparameters.find(({ name }) => name === param);
  return given && { ...ruleOf(given), default: given.default, help: given.help };
}

function valueOf(node: GraphNode, param: string, rule: Rule): ParameterValue {
  if (param === REPEAT && isInstance(node)) return node.repeat ?? rule.default;
  return node.params?.[param] ?? rule.default;
}

function refuse(reason: string): Promotable {
  return { ok: false, reason };
}

/** In the middle of a sentence. */
function lowered(reason: string): string {
  return reason.charAt(0).toLowerCase() + reason.slice(1);
}

/** A size that is a number, where it stands, and what a hyperparameter of it is called. */
interface WrittenSize {
  readonly item: number;
  readonly start: number;
  readonly end: number;
  readonly value: number;
  readonly name: string;
}

function places({ name: node }: GraphNode, sizes: readonly WrittenSize[]): Promotable {
  if (sizes.length === 0) return refuse(`No size of ${node} is a plain number`);
  return { ok: true, places: sizes.map(({ item, value, name }) => ({ item, value, name })) };
}

/** Items that are whole numbers by themselves: not what is left (-1), nor what follows a name or an input. */
function sizesOfDims(param: string, text: string): readonly WrittenSize[] {
  return splitDims(text).flatMap(({ text: written, offset }, item) => {
    const { prefix, label, text: expression } = splitLabel(written);
    const value = plainSize(expression);
    if (value === undefined) return [];
    const lead = /^\s*/.exec(expression)![0].length;
    const start = offset + prefix.length + lead;
    return [{ item, start, end: start + expression.trim().length, value, name: label ?? `${param}_${item}` }];
  });
}

function plainSize(text: string): number | undefined {
  try {
    const expression = parseExpression(text.trim());
    if (usesShapes(expression) || namesIn(expression).length > 0) return undefined;
    const { type, value } = evaluate(expression, EMPTY_SCOPE);
    return type === 'int' && value >= 0 ? value : undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

/** Sizes of an input's shape (`batch 3 64`); what stands in parentheses is no size by itself. */
function sizesOfPattern({ name }: GraphNode, text: string): readonly WrittenSize[] {
  const base = IDENTIFIER.test(name) ? name : `input_${name}`;
  return [...text.matchAll(/\([^)]*\)|[^\s(]+/g)].flatMap(({ 0: written, index: start }, item) =>
    /^[0-9]+$/.test(written)
      ? [{ item, start, end: start + written.length, value: Number(written), name: `${base}_${item}` }]
      : [],
  );
}

/** The shape with one size by its new name. */
function withSize(node: GraphNode, param: string, rule: Rule, item: number, name: string): string {
  const text = String(valueOf(node, param, rule));
  const sizes = isInput(node) ? sizesOfPattern(node, text) : sizesOfDims(param, text);
  const { start, end } = sizes.find((one) => one.item === item)!;
  return text.slice(0, start) + name + text.slice(end);
}
