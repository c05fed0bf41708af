/** The body of a module's `forward`, or of its function: what each live node computes, in the order of reading. */
import { childPath, portPath } from '../../graph/instance.ts';
import { isInput, isOutput } from '../../graph/ports.ts';
import type { Problem } from '../../graph/problems.ts';
import { isInstance, type Edge, type GraphNode, type InstanceNode, type LibraryNode } from '../../graph/schema.ts';
import type { PortType } from '../../graph/signature.ts';
import { attribute, call, name, type Python } from '../../nodes/python.ts';
import { NODES } from '../../nodes/registry.ts';
import { spellingOf, type TorchHelper, type TorchOutputs, type TorchTarget } from '../../nodes/torch.ts';
import { createAttributes, layerAt, SELF, type Attributes } from './attributes.ts';
import { createBody, type Body, type Entry } from './body.ts';
import { argumentsOf } from './constructor.ts';
import type { ExpressionScope } from './expression.ts';
import { forwardScope, writeLeaf } from './leaf.ts';
import { executionOrder } from './liveness.ts';
import { Names, singular, snakeCase } from './names.ts';
import { calleeOf, leavesOf, type ExportPlan, type PlannedModule } from './plan.ts';
import { printPython } from './print.ts';
import { parameterToPython } from './scope.ts';
import { portOf } from './shapes.ts';
import { sharedLayer, shareProblems } from './shares.ts';
import { carriedBy, countUses, key } from './uses.ts';

export interface ForwardArgument {
  /** As the document calls it. */
  readonly port: string;
  readonly name: string;
  readonly optional: boolean;
  readonly type: PortType | undefined;
}

export interface Forward {
  readonly inputs: readonly ForwardArgument[];
  /** Statements before the return, indented. */
  readonly lines: readonly string[];
  readonly results: readonly { readonly port: string; readonly value: Python; readonly type: PortType | undefined }[];
  readonly attributes: Attributes;
  /** Whether an attribute of self stands in it: what was asked for may not have been needed. */
  readonly reads: (attribute: string) => boolean;
  readonly helpers: ReadonlySet<TorchHelper>;
  readonly problems: readonly Problem[];
}

interface Writing {
  readonly plan: ExportPlan;
  readonly module: PlannedModule;
  readonly body: Body;
  readonly scope: ExpressionScope;
  readonly attributes: Attributes;
  /** By node and port. */
  readonly values: Map<string, Entry>;
  readonly helpers: Set<TorchHelper>;
  readonly problems: Problem[];
  /** How often a port is read. */
  readonly uses: (nodeId: string, port: string) => number;
}

/** What one method of a class may have in common with others. */
export interface ForwardOptions {
  readonly attributes?: Attributes;
  /** Values that another method gives, in the order in which it gives them. */
  readonly given?: { readonly method: string; readonly values: readonly Edge['from'][] };
}

export function writeForward(
  plan: ExportPlan,
  module: PlannedModule,
  { attributes = createAttributes(module), given }: ForwardOptions = {},
): Forward {
  const { form, definition } = module;
  const inputs = argumentsOfForward(plan, module);
  const own = form.kind === 'function' ? [...module.hyperparameters.values()] : [];
  const names = new Names([...plan.globals, ...own, ...inputs.map(({ name }) => name)]);
  const body = createBody(names, form.kind === 'function' ? '    ' : '        ');
  const values = new Map<string, Entry>();
  for (const { port, name: argument, type } of inputs) {
    const node = definition.nodes.find((candidate) => candidate.name === port && !isOutput(candidate))!;
    const [output = 'output'] =
      isInput(node) || isInstance(node) ? [] : NODES.get(node.type)!.outputs.map((o) => o.name);
    values.set(key(node.id, output), { python: name(argument), type });
  }
  const writing: Writing = {
    plan,
    module,
    body,
    attributes,
    values,
    scope: forwardScope(plan, module, attributes, inputs),
    helpers: new Set(),
    problems: [],
    uses: countUses(plan, module),
  };
  const known = given ? takeGiven(writing, inputs, given) : new Set<string>();
  for (const node of executionOrder(definition, module.live)) {
    if (known.has(node.id)) continue;
    if (node.shares !== undefined) writing.problems.push(...shareProblems(plan, module, node));
    if (isInstance(node)) writeInstance(writing, node);
    else if (!isArgument(module, node)) writeLibraryNode(writing, node);
  }
  const results = module.outputs.map((port) => ({ port, entry: resultOf(writing, port) }));
  // One result stands behind the return, in as many lines as it takes; several have names.
  const single = form.kind !== 'main' && results.length === 1;
  if (!single) for (const { entry } of results) entry.assign?.();
  const lines = body.finish(results.map(({ entry }) => entry.python));
  return {
    inputs,
    lines,
    reads: (attribute) => {
      const word = new RegExp(`\\bself\\.${attribute}\\b`);
      return [...lines, ...results.map(({ entry }) => printPython(entry.python))].some((line) => word.test(line));
    },
    results: results.map(({ port, entry }) => ({
      port,
      value: entry.python,
      type: portOf(module, plan.source.inference, 'output', port),
    })),
    attributes,
    helpers: writing.helpers,
    problems: writing.problems,
  };
}

/** Calls the method that gives values. @returns the nodes that are computed there. */
function takeGiven(
  writing: Writing,
  inputs: readonly ForwardArgument[],
  { method, values }: NonNullable<ForwardOptions['given']>,
): ReadonlySet<string> {
  const nodes = new Map(writing.module.definition.nodes.map((node) => [node.id, node]));
  const names = values.map(([id, port]) => writing.body.claim(wantedNames(writing, nodes.get(id)!, port)));
  const parameters = inputs.map((input) => name(input.name));
  writing.body.unpack(names, call(attribute(SELF, method), parameters));
  for (const [index, [id, port]] of values.entries())
    writing.values.set(key(id, port), { python: name(names[index]!), type: undefined });
  return new Set(values.map(([id]) => id));
}

/** In the main module, sources are arguments of `forward`. */
export function isArgument({ form }: PlannedModule, node: GraphNode): boolean {
  return form.kind === 'main' && !isInstance(node) && NODES.get(node.type)?.source !== undefined;
}

export function argumentsOfForward({ source, globals }: ExportPlan, module: PlannedModule): readonly ForwardArgument[] {
  const { inference } = source;
  if (module.form.kind !== 'main') {
    return module.inputs.map((input) => ({ ...input, type: portOf(module, inference, 'input', input.port) }));
  }
  const names = new Names(globals);
  return module.definition.nodes
    .filter((node) => isArgument(module, node) && module.live.nodes.has(node.id))
    .map((node) => {
      const [output] = NODES.get((node as LibraryNode).type)!.outputs;
      const type = inference.outputs.get(portPath(node.name, output!.name));
      return { port: node.name, name: names.claim(node.name), optional: false, type };
    });
}

/** The value wired to a port; undefined where nothing is. */
function wired({ module, values }: Writing, nodeId: string, port: string): Entry | undefined {
  const edge = module.index.incoming.get(nodeId)?.find(({ to }) => to[1] === port);
  return edge && values.get(key(...edge.from));
}

function resultOf(writing: Writing, port: string): Entry {
  const { nodeId } = writing.module.index.outputs.find(({ name: output }) => output === port)!;
  return wired(writing, nodeId, 'input')!;
}

/** What a value may be called: as the output that it is, then as its port or node. */
function wantedNames({ module }: Writing, node: GraphNode, port: string): readonly string[] {
  const outputs = module.definition.edges
    .filter(({ from }) => from[0] === node.id && from[1] === port)
    .flatMap(({ to }) => module.index.outputs.filter(({ nodeId }) => nodeId === to[0]))
    .map(({ name: output }) => output)
    .filter((output) => module.outputs.includes(output));
  const title = /^[0-9]/.test(node.name) ? (isInstance(node) ? snakeCase(node.module) : node.type) : node.name;
  const several = isInstance(node) || (NODES.get(node.type)?.outputs.length ?? 1) > 1;
  return [...outputs, ...(several ? [port, `${title}_${port}`] : [title])];
}

function writeLibraryNode(writing: Writing, node: LibraryNode): void {
  const { plan, module, body } = writing;
  const torch = NODES.get(node.type)?.torch;
  const spelling = spellingOf(torch);
  const leaves = leavesOf(module, node, plan.source.tree);
  if (!spelling || leaves.length === 0) {
    writing.problems.push({
      code: 'pytorch.node',
      severity: 'error',
      message: `${node.name} cannot be written in PyTorch${torch && 'absent' in torch ? `: ${torch.absent}` : ' here'}`,
      place: {
        module: module.definition.name,
        nodeId: node.id,
        path: childPath(module.instances[0]?.path ?? '', node.name),
      },
    });
    return;
  }
  for (const helper of spelling.helpers ?? []) writing.helpers.add(helper);
  const layer = spelling.layer ? layerOf(writing, node) : SELF;
  const types = new Map(
    NODES.get(node.type)!.outputs.map(({ name: port }) => [
      port,
      plan.source.inference.outputs.get(portPath(leaves[0]!.path, port)),
    ]),
  );
  const names = wantedNames(writing, node, [...types.keys()][0] ?? 'output');
  const outputs = body.settle(
    (read) =>
      writeLeaf(plan, module, node, leaves, spelling, {
        scope: writing.scope,
        layer,
        input: (port) => {
          const entry = wired(writing, node.id, port);
          return entry && read(entry);
        },
        optional: (port) => isOptional(writing, node.id, port),
        problems: writing.problems,
      }),
    partsOfOutputs,
    names[0]!.length + ' = '.length,
  );
  assignOutputs(writing, node, outputs, (port) => types.get(port));
}

/** The attribute that holds the node's layer: its own, or the one that it shares. */
function layerOf({ plan, module }: Writing, node: GraphNode): Python {
  if (node.shares === undefined) return layerAt(SELF, node.name, module.form);
  return sharedLayer(plan, module, node) ?? SELF;
}

function partsOfOutputs(outputs: TorchOutputs): readonly Python[] {
  return outputs.kind === 'values' ? Object.values(outputs.values) : [outputs.from];
}

/** Whether what is wired here is an input that some instances are not given. */
function isOptional({ module }: Writing, nodeId: string, port: string): boolean {
  const edge = module.index.incoming.get(nodeId)?.find(({ to }) => to[1] === port);
  const input = edge && module.index.inputs.find((candidate) => candidate.nodeId === edge.from[0]);
  return input !== undefined && module.inputs.some((known) => known.port === input.name && known.optional);
}

/** Puts the outputs where the readers find them. */
function assignOutputs(
  writing: Writing,
  node: GraphNode,
  outputs: TorchOutputs,
  typeOf: (port: string) => PortType | undefined,
): void {
  const { body, values, uses } = writing;
  if (outputs.kind === 'values') {
    for (const [port, value] of Object.entries(outputs.values)) {
      const count = uses(node.id, port);
      if (count === 0) continue;
      const names = wantedNames(writing, node, port);
      const entry = isPlain(value)
        ? { python: value, type: typeOf(port) }
        : count === 1
          ? body.waiting(names, value, typeOf(port))
          : body.assigned(names, value, typeOf(port));
      values.set(key(node.id, port), entry);
    }
    return;
  }
  const { from, into, derived = {} } = outputs;
  const sources = new Set(Object.entries(derived).flatMap(([port, { of }]) => (uses(node.id, port) > 0 ? [of] : [])));
  const targetOf = (target: TorchTarget): TorchTarget => {
    if (target === null) return null;
    if (typeof target !== 'string') {
      const inner = target.map(targetOf);
      return inner.every((part) => part === null) ? null : inner;
    }
    if (uses(node.id, target) === 0 && !sources.has(target)) return null;
    const claimed = body.claim(wantedNames(writing, node, target));
    values.set(key(node.id, target), { python: name(claimed), type: typeOf(target) });
    return claimed;
  };
  body.unpack(into.map(targetOf), from);
  for (const [port, follow] of Object.entries(derived)) {
    if (uses(node.id, port) === 0) continue;
    const value = follow.value(values.get(key(node.id, follow.of))!.python);
    values.set(key(node.id, port), body.assigned(wantedNames(writing, node, port), value, typeOf(port)));
  }
}

/** A name or an attribute: nothing is computed. */
function isPlain(value: Python): boolean {
  return (
    value.kind === 'name' ||
    (value.kind === 'attribute' && isPlain(value.of)) ||
    (value.kind === 'index' && isPlain(value.of) && value.items.every(({ kind }) => kind === 'literal'))
  );
}

function writeInstance(writing: Writing, node: InstanceNode): void {
  const { plan, module, body } = writing;
  const callee = calleeOf(plan, node);
  const { inference } = plan.source;
  const path = childPath(module.instances[0]?.path ?? '', node.name);
  const typeOf = (port: string): PortType | undefined => inference.outputs.get(portPath(path, port));
  if (node.repeat !== undefined) return writeStack(writing, node, callee, typeOf);
  const layer = callee.form.kind === 'function' ? SELF : layerOf(writing, node);
  const outputs = body.settle(
    (read) =>
      callModule(writing, node, callee, layer, (port) => {
        const entry = wired(writing, node.id, port);
        return entry && read(entry);
      }),
    partsOfOutputs,
    wantedNames(writing, node, callee.outputs[0] ?? '')[0]!.length + ' = '.length,
  );
  assignOutputs(writing, node, outputs, typeOf);
}

function callModule(
  { scope }: Writing,
  node: InstanceNode,
  callee: PlannedModule,
  layer: Python,
  input: (port: string) => Python | undefined,
): TorchOutputs {
  if (callee.form.kind === 'library') {
    return callee.form.spelling.forward({ layer, input, used: (output) => callee.outputs.includes(output) });
  }
  const positional = callee.inputs.filter(({ optional }) => !optional).map(({ port }) => input(port)!);
  const optional = Object.fromEntries(
    callee.inputs.filter((argument) => argument.optional).map(({ port, name: argument }) => [argument, input(port)]),
  );
  const isFunction = callee.form.kind === 'function';
  const keywords = { ...optional, ...(isFunction && argumentsOf(node, callee, scope)) };
  const from = call(isFunction ? name(callee.name) : layer, positional, keywords);
  const [only, ...more] = callee.outputs;
  if (more.length === 0) return { kind: 'values', values: { [only!]: from } };
  return { kind: 'unpack', from, into: callee.outputs };
}

/** A loop over the layers; what is carried has one name for all of them. */
function writeStack(
  writing: Writing,
  node: InstanceNode,
  callee: PlannedModule,
  typeOf: (port: string) => PortType | undefined,
): void {
  const { body, values, scope, uses } = writing;
  const names = new Map<string, string>();
  for (const port of carriedBy(callee)) names.set(port, startOfCarried(writing, node, port));
  for (const port of callee.outputs) {
    if (!names.has(port) && uses(node.id, port) > 0) names.set(port, body.claim(wantedNames(writing, node, port)));
  }
  const input = (port: string): Python | undefined => {
    const carried = names.get(port);
    return carried !== undefined && callee.inputs.some((known) => known.port === port)
      ? name(carried)
      : wired(writing, node.id, port)?.python;
  };
  const isFunction = callee.form.kind === 'function';
  const layers = isFunction ? SELF : layerOf(writing, node);
  const repeat = parameterToPython({ type: 'int' }, node.repeat!, scope);
  const layer = isFunction ? '_' : body.claim([singular(snakeCase(node.name)), `${node.name}_layer`]);
  body.loop(layer, isFunction ? call('range', [repeat]) : layers, () => {
    const outputs = callModule(writing, node, callee, name(layer), input);
    const target = (port: string): string => names.get(port) ?? '_';
    if (outputs.kind === 'values')
      for (const [port, value] of Object.entries(outputs.values)) body.set(target(port), value);
    else
      body.unpack(
        outputs.into.map((port) => (typeof port === 'string' ? (names.get(port) ?? null) : null)),
        outputs.from,
      );
  });
  for (const [port, variable] of names) {
    values.set(key(node.id, port), { python: name(variable), type: typeOf(port) });
  }
}

/** The variable that goes through the layers: what comes in under its own name, where nobody else reads it. */
function startOfCarried(writing: Writing, node: InstanceNode, port: string): string {
  const { module, body, uses } = writing;
  const edge = module.index.incoming.get(node.id)!.find(({ to }) => to[1] === port)!;
  const entry = wired(writing, node.id, port)!;
  if (!entry.assign && entry.python.kind === 'name' && uses(...edge.from) === 1) return entry.python.name;
  const target = body.claim(wantedNames(writing, node, port));
  if (entry.assign) entry.assign(target);
  else body.set(target, entry.python);
  return target;
}
