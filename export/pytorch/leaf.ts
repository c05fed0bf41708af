/** A library node inside `forward`: what its record may ask, answered for all instances of the module at once. */
import { portPath, type LeafInstance } from '../../graph/instance.ts';
import { dimsOf } from '../../graph/dims.ts';
import { splitDims } from '../../graph/dims.ts';
import { parseExpression, type Expression } from '../../graph/expression-syntax.ts';
import type { Problem } from '../../graph/problems.ts';
import type { LibraryNode } from '../../graph/schema.ts';
import type { PortType } from '../../graph/signature.ts';
import { attribute, compare, index, int, name, NONE, type Python } from '../../nodes/python.ts';
import { NODES } from '../../nodes/registry.ts';
import type { TorchContext, TorchOutputs, TorchSpelling } from '../../nodes/torch.ts';
import { namedSizes, SELF, type Attributes } from './attributes.ts';
import { torchParams } from './constructor.ts';
import { expressionKey, type ExpressionScope } from './expression.ts';
import type { ForwardArgument } from './forward.ts';
import type { ExportPlan, PlannedModule } from './plan.ts';
import { sourceOf } from './scope.ts';
import { commonType } from './shapes.ts';
import { outputsOverValues } from './variants.ts';

export interface LeafSurroundings {
  readonly scope: ExpressionScope;
  readonly layer: Python;
  readonly input: (port: string) => Python | undefined;
  /** Whether the input may be None. */
  readonly optional: (port: string) => boolean;
  readonly problems: Problem[];
}

/** Hyperparameters inside `forward`: of a function its arguments, of a class kept on self, of the main module in its configuration. */
export function forwardScope(
  { source }: ExportPlan,
  module: PlannedModule,
  attributes: Attributes,
  inputs: readonly ForwardArgument[],
): ExpressionScope {
  const { form, hyperparameters } = module;
  const sizes = form.kind === 'function' ? [] : namedSizes(module);
  const known = new Map(sizes.map((size) => [expressionKey(size.expression), size]));
  return {
    name: (wanted) => {
      const argument = hyperparameters.get(wanted);
      if (argument === undefined) return sizeOfInput(wanted, inputs) ?? int(source.tree.sizes.get(wanted)!);
      if (form.kind === 'main') return attribute(attribute(SELF, 'config'), argument);
      return form.kind === 'function' ? name(argument) : attributes.hyperparameter(wanted);
    },
    input: (wanted) => {
      throw new TypeError(`there is no input ${wanted} here`);
    },
    known: (expression) => {
      const size = known.get(expressionKey(expression));
      return size && attributes.size(size);
    },
  };
}

/** A size of the main module as the data brings it: `pixel_values.shape[0]`. */
function sizeOfInput(size: string, inputs: readonly ForwardArgument[]): Python | undefined {
  for (const { name: argument, type } of inputs) {
    const axis = type?.dims.findIndex((dim) => dim.name === size) ?? -1;
    if (axis >= 0) return index(attribute(name(argument), 'shape'), int(axis));
  }
  return undefined;
}

/** What the record makes of it; an optional input that may be None is asked for first. */
export function writeLeaf(
  plan: ExportPlan,
  module: PlannedModule,
  node: LibraryNode,
  leaves: readonly LeafInstance[],
  spelling: TorchSpelling,
  around: LeafSurroundings,
): TorchOutputs {
  const context = leafContext(plan, module, node, leaves, around);
  const uncertain = NODES.get(node.type)!.inputs.find(
    ({ name: port, optional }) => optional && around.optional(port) && !spelling.takesNone?.includes(port),
  );
  const given = outputsOverValues(node, context, spelling.forward);
  if (!uncertain || given.kind === 'unpack') return given;
  const without: TorchContext = {
    ...context,
    input: (port) => (port === uncertain.name ? undefined : context.input(port)),
  };
  const absent = outputsOverValues(node, without, spelling.forward);
  if (absent.kind === 'unpack') return given;
  const test = compare('is not', context.input(uncertain.name)!, NONE);
  const values = Object.entries(given.values).map(([port, value]): [string, Python] => [
    port,
    { kind: 'conditional', value, test, otherwise: absent.values[port]! },
  ]);
  return { kind: 'values', values: Object.fromEntries(values) };
}

function leafContext(
  { source }: ExportPlan,
  module: PlannedModule,
  node: LibraryNode,
  leaves: readonly LeafInstance[],
  { scope, layer, input, problems }: LeafSurroundings,
): TorchContext {
  const typesOf = (port: string): readonly (PortType | undefined)[] =>
    leaves.map(({ path }) => source.inference.inputs.get(portPath(path, port)));
  const inside: ExpressionScope = { ...scope, input: (port) => input(port)! };
  return {
    ...torchParams(node, inside, (param) => agreedValue(module, node, leaves, param, problems)),
    input,
    layer,
    type: (port) => commonType(typesOf(port)),
    kept: (param, port) => keptAxes(node, leaves, param, port, typesOf(port)),
  };
}

/** A parameter's value, which all instances of the module have. */
export function agreedValue(
  { definition }: PlannedModule,
  node: LibraryNode,
  leaves: readonly LeafInstance[],
  param: string,
  problems: Problem[],
): string | number | boolean {
  const [first, ...others] = leaves.map(({ params }) => params[param]!.value);
  if (others.every((value) => value === first)) return first!;
  const path = leaves[0]!.path;
  problems.push({
    code: 'pytorch.value',
    severity: 'error',
    message: `${node.name}: ${param} differs between the instances of ${definition.name}, and PyTorch code is written for one value; make one of them unique`,
    place: { module: definition.name, nodeId: node.id, path, param },
  });
  return first!;
}

/** For each size, the axis of the input that it is: written so, or of the same name and size everywhere. */
function keptAxes(
  node: LibraryNode,
  leaves: readonly LeafInstance[],
  param: string,
  port: string,
  types: readonly (PortType | undefined)[],
): readonly (number | undefined)[] {
  const rule = NODES.get(node.type)!.params.find(({ name: known }) => known === param)!;
  return splitDims(String(sourceOf(node, rule))).map(({ text }, position) => {
    const axis = axisOf(parseItem(text), port);
    if (axis !== undefined) return axis;
    const same = leaves.every((leaf, instance) => {
      const type = types[instance];
      const dims = type && dimsOf(leaf.params[param]!, { [port]: type });
      const [mine, theirs] = [dims?.[position], type?.dims[position]];
      return mine?.name !== undefined && mine.name === theirs?.name && mine.size === theirs.size;
    });
    return same ? position : undefined;
  });
}

function parseItem(text: string): Expression {
  return parseExpression(text.replace(/^\s*[A-Za-z_][A-Za-z0-9_]*\s*=(?!=)/, '').trim());
}

function axisOf(expression: Expression, port: string): number | undefined {
  if (expression.kind !== 'shape' || expression.input !== port || expression.axis.kind !== 'number') return undefined;
  return expression.axis.value;
}
