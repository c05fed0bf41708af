/** What `__init__` makes: the layers in construction order, so that one seed draws the same weights as in the document. */
import { childPath } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import { isPort } from '../../graph/ports.ts';
import { parseExpression } from '../../graph/expression-syntax.ts';
import { own } from '../../graph/records.ts';
import { isInstance, type GraphNode, type InstanceNode, type LibraryNode } from '../../graph/schema.ts';
import { attribute, call, int, name, string, type Python } from '../../nodes/python.ts';
import { NODES } from '../../nodes/registry.ts';
import { spellingOf, type TorchHelper, type TorchParams } from '../../nodes/torch.ts';
import { layerAt, SELF } from './attributes.ts';
import { expressionToPython, type ExpressionScope } from './expression.ts';
import type { Forward } from './forward.ts';
import { hidesModuleAttribute, isPlainAttribute, Names } from './names.ts';
import { calleeOf, isBareParameter, type ExportPlan, type PlannedModule } from './plan.ts';
import { layOut } from './print.ts';
import { dimsToPython, isFollowing, parameterToPython, sourceOf } from './scope.ts';
import { layerOverValues } from './variants.ts';

const INDENT = '        ';

export interface Constructor {
  readonly lines: readonly string[];
  readonly helpers: ReadonlySet<TorchHelper>;
  readonly problems: readonly Problem[];
}

/** A layer, the statements before it, and what is done to it then. */
interface MadeLayer {
  readonly node: GraphNode;
  readonly before: readonly string[];
  readonly layer: Python;
  readonly start: readonly Python[];
}

/** @param values of the parameters that a spelling depends on, by node. */
export function writeConstructor(
  plan: ExportPlan,
  module: PlannedModule,
  { attributes, reads }: Pick<Forward, 'attributes' | 'reads'>,
  valueOf: (node: LibraryNode, param: string) => string | number | boolean,
): Constructor {
  const lines: string[] = [];
  const helpers = new Set<TorchHelper>();
  const scope = constructorScope(plan, module);
  const locals = new Names([...plan.globals, ...module.hyperparameters.values()]);
  for (const requirement of requirementsOf(module, scope)) lines.push(...requirement);

  const layers: MadeLayer[] = [];
  for (const node of module.definition.nodes) {
    if (isPort(node) || node.shares !== undefined) continue;
    if (isInstance(node)) {
      const made = instanceLayer(plan, node, scope, locals);
      if (made) layers.push({ node, start: [], ...made });
      continue;
    }
    const spelling = spellingOf(NODES.get(node.type)?.torch);
    if (!spelling?.layer || !(module.live.nodes.has(node.id) || hasWeights(node))) continue;
    const params = torchParams(node, scope, (param) => valueOf(node, param));
    const at = layerAt(SELF, node.name, module.form);
    const layer = layerOverValues(node, params, spelling.layer);
    layers.push({ node, before: [], layer, start: spelling.start?.(at, params) ?? [] });
    for (const helper of spelling.helpers ?? []) helpers.add(helper);
  }

  const problems = layers.flatMap(({ node }) => nameProblems(module, node));

  if (module.form.kind === 'sequential') {
    const items = layers.map(({ layer }) => layer);
    return { lines: [...lines, ...layOut('', call('super().__init__', items), '', INDENT)], helpers, problems };
  }
  lines.unshift(`${INDENT}super().__init__()`);
  if (module.form.kind === 'main') lines.push(`${INDENT}self.config = config`);
  for (const { attribute: kept, from } of attributes.kept()) {
    if (!reads(kept)) continue;
    const value = typeof from === 'string' ? scope.name(from) : expressionToPython(from.expression, scope);
    lines.push(...layOut(`self.${kept} = `, value, '', INDENT));
  }
  for (const { node, before, layer, start } of layers) {
    lines.push(
      ...before,
      ...assignLayer(node, layer),
      ...start.flatMap((statement) => layOut('', statement, '', INDENT)),
    );
  }
  return { lines, helpers, problems };
}

/** nn.Module has attributes of its own, which no layer may be called; its name is a key of the checkpoint, so it stays. */
function nameProblems({ definition, instances }: PlannedModule, { id, name: layer }: GraphNode): readonly Problem[] {
  if (!hidesModuleAttribute(layer)) return [];
  const path = childPath(instances[0]?.path ?? '', layer);
  const message = `${layer} is what nn.Module calls something of its own, and no layer can have that name in PyTorch; rename the node`;
  return [{ code: 'pytorch.name', severity: 'error', message, place: { module: definition.name, nodeId: id, path } }];
}

/** Hyperparameters are arguments; in the main module they stand in the configuration, and sizes are numbers. */
function constructorScope({ source }: ExportPlan, { form, hyperparameters }: PlannedModule): ExpressionScope {
  return {
    name: (wanted) => {
      const argument = hyperparameters.get(wanted);
      if (argument === undefined) return int(source.tree.sizes.get(wanted)!);
      return form.kind === 'main' ? attribute(name('config'), argument) : name(argument);
    },
    input: (wanted) => {
      throw new TypeError(`a layer has no input ${wanted}`);
    },
  };
}

/** The parameters of a leaf, for its record. */
export function torchParams(node: LibraryNode, scope: ExpressionScope, value: TorchParams['value']): TorchParams {
  const rules = new Map(NODES.get(node.type)!.params.map((rule) => [rule.name, rule]));
  const param = (wanted: string): Python => {
    const rule = rules.get(wanted)!;
    return parameterToPython(rule, sourceOf(node, rule), scope);
  };
  return {
    param,
    value,
    follows: (wanted) => isFollowing(rules.get(wanted)!, node),
    written: (wanted) => (own(node.params, wanted) === undefined ? undefined : param(wanted)),
    dims: (wanted) => dimsToPython(sourceOf(node, rules.get(wanted)!), scope).map(({ python }) => python),
  };
}

/** `VisionAttention(embed_dim=embed_dim)`, or a list of such; undefined for what is a function. */
function instanceLayer(
  plan: ExportPlan,
  node: InstanceNode,
  scope: ExpressionScope,
  locals: Names,
): Pick<MadeLayer, 'before' | 'layer'> | undefined {
  const callee = calleeOf(plan, node);
  if (callee.form.kind === 'function') return undefined;
  const layer =
    callee.form.kind === 'library'
      ? callee.form.spelling.layer(
          (wanted) => hyperparameterOf(node, callee, wanted, scope),
          (wanted) =>
            own(node.params, wanted) === undefined ? undefined : hyperparameterOf(node, callee, wanted, scope),
        )
      : call(callee.name, [], argumentsOf(node, callee, scope));
  if (node.repeat === undefined) return { before: [], layer };
  const count =
    typeof node.repeat === 'number' ? int(node.repeat) : expressionToPython(parseExpression(node.repeat), scope);
  const list = (element: Python): Python => call('nn.ModuleList', [{ kind: 'repeat', element, count }]);
  if (!node.copies) return { before: [], layer: list(layer) };
  const first = locals.claim('layer');
  return {
    before: layOut(`${first} = `, layer, '', INDENT),
    layer: list(call('copy.deepcopy', [name(first)])),
  };
}

/** The hyperparameters that an instance writes, as keyword arguments. */
export function argumentsOf(
  node: InstanceNode,
  callee: PlannedModule,
  scope: ExpressionScope,
): Readonly<Record<string, Python>> {
  return Object.fromEntries(
    callee.definition.hyperparameters
      .filter((rule) => own(node.params, rule.name) !== undefined)
      .map((rule) => [callee.hyperparameters.get(rule.name)!, parameterToPython(rule, sourceOf(node, rule), scope)]),
  );
}

function hyperparameterOf(
  node: InstanceNode,
  { definition }: PlannedModule,
  wanted: string,
  scope: ExpressionScope,
): Python {
  const rule = definition.hyperparameters.find((candidate) => candidate.name === wanted)!;
  return parameterToPython(rule, sourceOf(node, rule), scope);
}

function assignLayer(node: GraphNode, layer: Python): readonly string[] {
  if (isPlainAttribute(node.name)) return layOut(`self.${node.name} = `, layer, '', INDENT);
  const register = isBareParameter(node) ? 'self.register_parameter' : 'self.add_module';
  return layOut('', call(register, [string(node.name), layer]), '', INDENT);
}

function hasWeights(node: LibraryNode): boolean {
  return NODES.get(node.type)?.weights !== undefined;
}

/** What must hold between hyperparameters, as a check in front. */
function requirementsOf({ definition }: PlannedModule, scope: ExpressionScope): readonly (readonly string[])[] {
  return (definition.requires ?? []).map(({ expression, help }) => {
    const holds = expressionToPython(parseExpression(expression), scope);
    const fails: Python =
      holds.kind === 'compare' && holds.operators.length === 1
        ? { ...holds, operators: [OPPOSITE[holds.operators[0]!]] }
        : { kind: 'unary', operator: 'not', operand: holds };
    const message = string(help ?? `${expression} does not hold`);
    return [
      ...layOut('if ', fails, ':', INDENT),
      ...layOut('raise ', call('ValueError', [message]), '', `${INDENT}    `),
    ];
  });
}

const OPPOSITE = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
  is: 'is not',
  'is not': 'is',
} as const;
