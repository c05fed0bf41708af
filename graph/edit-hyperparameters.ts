/** Edits of a module's hyperparameters: add, rename, change, delete. References follow. */
import { createChanges, EditError, moduleNamed, nodePath, type Changes } from './changes.ts';
import type { Edit } from './edit.ts';
import { parseExpression, ExpressionError } from './expression-syntax.ts';
import { FUNCTIONS, namePlaces, namesIn } from './expressions.ts';
import { finder } from './modules.ts';
import { REPEAT, writtenParameters } from './node-rules.ts';
import { namesInParameter, substituteNames } from './parameter-names.ts';
import { isInput } from './ports.ts';
import { own } from './records.ts';
import {
  schemas,
  IDENTIFIER,
  isInstance,
  type GraphModule,
  type GraphNode,
  type Hyperparameter,
  type ParameterValue,
  type PatchbayDocument,
} from './schema.ts';
import type { NodeLibrary } from './signature.ts';

/**
 * Adds a hyperparameter as the module's last.
 * @throws {EditError} if its name is none or stands for something already, or its default is not of its type.
 */
export function addHyperparameter(document: PatchbayDocument, moduleName: string, rule: Hyperparameter): Edit {
  const changes = createChanges(document);
  addRule(changes, moduleNamed(document, moduleName), rule);
  return { title: `Add hyperparameter ${rule.name}`, diff: changes.diff(), place: placeOf(moduleName) };
}

/** @throws {EditError} as `addHyperparameter` does. */
export function addRule(changes: Changes, module: GraphModule, rule: Hyperparameter): void {
  checkRule(module, rule);
  checkName(module, rule.name);
  changes.insert(rulePath(module.name, rule.name), rule);
}

/**
 * Changes what a hyperparameter is by default, its bounds or its help; undefined takes a field away.
 * @throws {EditError} if there is none of this name, or the rule would be none.
 */
export function changeHyperparameter(
  document: PatchbayDocument,
  moduleName: string,
  name: string,
  change: Partial<Pick<Hyperparameter, 'default' | 'minimum' | 'maximum' | 'help'>>,
): Edit {
  const rule = ruleNamed(moduleNamed(document, moduleName), name);
  checkRule(moduleNamed(document, moduleName), { ...rule, ...change });
  const changes = createChanges(document);
  for (const [field, value] of Object.entries(change)) changes.set([...rulePath(moduleName, name), field], value);
  return {
    title: `Change hyperparameter ${name}`,
    diff: changes.diff(),
    place: placeOf(moduleName),
    coalesce: `hyperparameter ${moduleName}/${name}/${Object.keys(change).join(' ')}`,
  };
}

/**
 * Renames a hyperparameter: in the module's expressions, shapes and requirements, at every instance, and in the presets of
 * the main module.
 * @throws {EditError} if the name is none or stands for something already.
 */
export function renameHyperparameter(
  document: PatchbayDocument,
  library: NodeLibrary,
  moduleName: string,
  name: string,
  to: string,
): Edit {
  const module = moduleNamed(document, moduleName);
  const rule = ruleNamed(module, name);
  const changes = createChanges(document);
  if (name !== to) {
    checkName(module, to);
    renameInside(changes, document, module, library, name, to);
    renameOutside(changes, document, moduleName, name, to);
    // Its name is what a diff knows it by.
    changes.remove(rulePath(moduleName, name));
    changes.insert(rulePath(moduleName, to), { ...rule, name: to }, module.hyperparameters.indexOf(rule));
  }
  return { title: `Rename hyperparameter ${name} to ${to}`, diff: changes.diff(), place: placeOf(moduleName) };
}

/**
 * Deletes a hyperparameter that nothing in the module uses, with the values that instances and presets give it.
 * @throws {EditError} if something uses it, which is named.
 */
export function removeHyperparameter(
  document: PatchbayDocument,
  library: NodeLibrary,
  moduleName: string,
  name: string,
): Edit {
  const module = moduleNamed(document, moduleName);
  ruleNamed(module, name);
  const users = usersOf(document, module, library, name);
  if (users.length > 0) throw new EditError(`${name} is used by ${users.join(', ')}`);
  const changes = createChanges(document);
  for (const { path, keys } of valuesGiven(document, moduleName, name)) {
    if (keys.length === 1 && path[0] === 'modules') changes.remove(path);
    else changes.remove([...path, name]);
  }
  changes.remove(rulePath(moduleName, name));
  return { title: `Delete hyperparameter ${name}`, diff: changes.diff(), place: placeOf(moduleName) };
}

const rulePath = (module: string, name: string) => ['modules', module, 'hyperparameters', name];
const placeOf = (module: string) => ({ module, nodeIds: [] });

function ruleNamed(module: GraphModule, name: string): Hyperparameter {
  const rule = module.hyperparameters.find((one) => one.name === name);
  if (!rule) throw new EditError(`${module.name} has no hyperparameter ${name}`);
  return rule;
}

/** @throws {EditError} for what a file could not hold, or a default that is not of the type. */
function checkRule(module: GraphModule, rule: Hyperparameter): void {
  if (!IDENTIFIER.test(rule.name))
    throw new EditError(`“${rule.name}” is no name: letters, digits and _, no digit first`);
  if (!schemas().hyperparameter.safeParse(rule).success)
    throw new EditError(`${rule.name} of ${module.name} cannot be written to a file as it is`);
  const { type, default: value } = rule;
  const fits =
    type === 'string'
      ? typeof value === 'string'
      : type === 'bool'
        ? typeof value === 'boolean'
        : typeof value === 'number' && (type === 'float' || Number.isSafeInteger(value));
  if (!fits && (type === 'string' || !isExpression(value)))
    throw new EditError(`the default ${String(value)} of ${rule.name} is no ${type}`);
  const { choices } = rule;
  if (choices && type !== 'string') throw new EditError(`${rule.name} is no text, so it has no choices`);
  if (choices && !choices.includes(String(value)))
    throw new EditError(`the default ${String(value)} of ${rule.name} is none of ${choices.join(', ')}`);
}

function isExpression(value: ParameterValue): boolean {
  if (typeof value !== 'string') return false;
  try {
    parseExpression(value);
    return true;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return false;
  }
}

/** @throws {EditError} if an expression or a shape of the module would take the name for something else. */
function checkName(module: GraphModule, name: string): void {
  if (!IDENTIFIER.test(name)) throw new EditError(`“${name}” is no name: letters, digits and _, no digit first`);
  const taken = nameTaken(module, name);
  if (taken !== undefined) throw new EditError(taken);
}

/** What a name stands for already, in words; undefined if it is free. */
export function nameTaken(module: GraphModule, name: string): string | undefined {
  if (module.hyperparameters.some((one) => one.name === name))
    return `${module.name} has a hyperparameter ${name} already`;
  if ((module.sizes ?? []).some((one) => one.name === name)) return `${module.name} has a size ${name} already`;
  const input = module.nodes.find((node) => isInput(node) && namesInShape(shapeOf(node)).includes(name));
  return input && `${name} is a size in the shape of ${input.name}`;
}

/** Names of hyperparameters and sizes in an input's shape. Labels of expressions are not among them. */
const SHAPE_NAME = /[A-Za-z_][A-Za-z0-9_]*(?!\w|\s*=(?!=))/g;

function shapeOf(node: GraphNode): string {
  const shape = own(node.params, 'shape');
  return typeof shape === 'string' ? shape : '';
}

function isFunctionAt(shape: string, name: string, offset: number): boolean {
  return shape[offset + name.length] === '(' && (FUNCTIONS as readonly string[]).includes(name);
}

function namesInShape(shape: string): readonly string[] {
  return [...shape.matchAll(SHAPE_NAME)].flatMap(({ 0: name, index }) =>
    isFunctionAt(shape, name, index) ? [] : [name],
  );
}

/** What in the module speaks of a hyperparameter, by name. */
function usersOf(
  document: PatchbayDocument,
  module: GraphModule,
  library: NodeLibrary,
  name: string,
): readonly string[] {
  const find = finder(document);
  const nodes = module.nodes.filter(
    (node) =>
      writtenParameters(node, library, find).some(({ type, value }) => namesInParameter(type, value).includes(name)) ||
      (isInput(node) && namesInShape(shapeOf(node)).includes(name)),
  );
  const requirements = (module.requires ?? []).filter(({ expression }) => namesWritten(expression).includes(name));
  return [...nodes.map((node) => node.name), ...requirements.map(({ expression }) => expression)];
}

function namesWritten(expression: string): readonly string[] {
  return isExpression(expression) ? namesIn(parseExpression(expression)) : [];
}

function renameInside(
  changes: Changes,
  document: PatchbayDocument,
  module: GraphModule,
  library: NodeLibrary,
  name: string,
  to: string,
): void {
  const substitutes = new Map([[name, { value: to, text: to }]]);
  const find = finder(document);
  for (const node of module.nodes) {
    for (const { name: param, type, value } of writtenParameters(node, library, find)) {
      const path = param === REPEAT && isInstance(node) ? [REPEAT] : ['params', param];
      const renamed = substituteNames(type, value, substitutes);
      if (renamed !== value) changes.set(nodePath(module.name, node.id, ...path), renamed);
    }
    if (!isInput(node)) continue;
    const shape = shapeOf(node);
    const renamed = shape.replaceAll(SHAPE_NAME, (found, offset: number) =>
      found === name && !isFunctionAt(shape, found, offset) ? to : found,
    );
    if (renamed !== shape) changes.set(nodePath(module.name, node.id, 'params', 'shape'), renamed);
  }
  if (!module.requires) return;
  const requires = module.requires.map((requirement) =>
    namesWritten(requirement.expression).includes(name)
      ? { ...requirement, expression: withName(requirement.expression, name, to) }
      : requirement,
  );
  if (requires.some((one, index) => one !== module.requires![index]))
    changes.set(['modules', module.name, 'requires'], requires);
}

function withName(expression: string, name: string, to: string): string {
  let text = expression;
  for (const place of namePlaces(parseExpression(expression)).toReversed()) {
    if (place.name !== name) continue;
    text = text.slice(0, place.position) + to + text.slice(place.position + name.length);
  }
  return text;
}

/** Values that instances and presets give a hyperparameter, under the same name in the same place. */
function renameOutside(
  changes: Changes,
  document: PatchbayDocument,
  moduleName: string,
  name: string,
  to: string,
): void {
  for (const { path, keys, value } of valuesGiven(document, moduleName, name)) {
    changes.remove([...path, name]);
    changes.insert([...path, to], value, keys.indexOf(name));
  }
}

interface GivenValue {
  /** Of the record that holds the value. */
  readonly path: readonly string[];
  readonly keys: readonly string[];
  readonly value: ParameterValue;
}

function valuesGiven(document: PatchbayDocument, moduleName: string, name: string): readonly GivenValue[] {
  const given = (
    path: readonly string[],
    values: Readonly<Record<string, ParameterValue>> | undefined,
  ): GivenValue[] => {
    const value = own(values, name);
    return value === undefined ? [] : [{ path, keys: Object.keys(values!), value }];
  };
  const instances = document.modules.flatMap((caller) =>
    caller.nodes.flatMap((node) =>
      isInstance(node) && node.module === moduleName
        ? given(nodePath(caller.name, node.id, 'params'), node.params)
        : [],
    ),
  );
  if (moduleName !== document.main) return instances;
  return [
    ...instances,
    ...document.presets.flatMap((preset) => given(['presets', preset.name, 'values'], preset.values)),
  ];
}
