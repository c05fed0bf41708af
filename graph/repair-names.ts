/** Fixes of what is written: names that nearly exist, names that are taken, values that the default would mend. */
import { closest } from './closest.ts';
import type { Instance } from './instance.ts';
import { scopeOf } from './infer.ts';
import { portNames } from './module-index.ts';
import { closureOf, finder } from './modules.ts';
import { REPEAT } from './node-rules.ts';
import { nameProblem, uniqueName } from './names.ts';
import { namespaceOf } from './ports.ts';
import type { Fix, Problem } from './problems.ts';
import { own } from './records.ts';
import type { RepairContext } from './repairs.ts';
import { isInstance, type GraphModule, type GraphNode } from './schema.ts';

/** The node that a problem stands at. */
interface Subject {
  readonly module: GraphModule;
  readonly node: GraphNode;
  readonly place: { readonly module: string; readonly nodeId: string };
  readonly instance: Instance | undefined;
}

export function* namedRepairs(problem: Problem, context: RepairContext): Generator<Fix> {
  if (problem.code === 'preset.unknown') yield* presetFixes(context);
  const subject = subjectOf(problem, context);
  if (!subject) return;
  const { module, node, place } = subject;
  const { param } = problem.place;
  switch (problem.code) {
    case 'name.duplicate': {
      const name = uniqueName(module, node.name, namespaceOf(node));
      if (nameProblem(module, node, name) === undefined)
        yield { kind: 'rename-node', title: `Rename to ${name}`, ...place, name };
      return;
    }
    case 'param.unknown':
      yield* unknownParameter(subject, param!, context);
      return;
    case 'node.unknown-type':
    case 'node.unknown-module':
      yield* otherKind(subject, context);
      return;
    case 'module.recursive':
      yield { kind: 'remove-node', title: `Delete ${node.name}`, ...place };
      return;
    case 'share.missing':
    case 'share.cycle':
    case 'share.type':
      yield* otherShares(subject, context);
      return;
    case 'stack.empty':
      yield { kind: 'set-param', title: 'Make it one layer', ...place, param: REPEAT, value: 1 };
      return;
    case 'input.unbound':
      yield* fixedSizes(subject, context);
      return;
    case 'edge.no-port':
      yield* otherPort(problem, subject, context);
      return;
    default:
      if (param !== undefined) yield* otherValue(problem, subject, param, context);
  }
}

function subjectOf({ place }: Problem, { document, tree }: RepairContext): Subject | undefined {
  const module = document.modules.find(({ name }) => name === place.module);
  const node = module?.nodes.find(({ id }) => id === place.nodeId);
  if (!module || !node) return undefined;
  return {
    module,
    node,
    place: { module: module.name, nodeId: node.id },
    instance: place.path === undefined ? undefined : tree.byPath.get(place.path),
  };
}

function* presetFixes({ document }: RepairContext): Generator<Fix> {
  const near = closest(
    document.preset ?? '',
    document.presets.map(({ name }) => name),
  );
  if (near !== undefined) yield { kind: 'set-preset', title: `Use preset ${near}`, name: near };
  yield { kind: 'set-preset', title: 'Use the defaults' };
}

function* unknownParameter({ node, place }: Subject, param: string, context: RepairContext): Generator<Fix> {
  const known = isInstance(node)
    ? finder(context.document)(node.module)?.hyperparameters.map(({ name }) => name)
    : context.library.get(node.type)?.params.map(({ name }) => name);
  const near = closest(
    param,
    (known ?? []).filter((name) => own(node.params, name) === undefined),
  );
  if (near !== undefined) yield { kind: 'drop-param', title: `Rename it to ${near}`, ...place, param, as: near };
  yield { kind: 'drop-param', title: `Remove ${param}`, ...place, param };
}

function* otherKind({ module, node, place }: Subject, { document, library, shipped }: RepairContext): Generator<Fix> {
  if (isInstance(node) && shipped.has(node.module)) {
    const inDocument = finder(document);
    const needed = closureOf([node.module], (name) => inDocument(name) ?? shipped.get(name));
    const modules = needed.filter(({ name }) => !inDocument(name));
    yield { kind: 'add-modules', title: `Add ${node.module} from the library`, modules };
  }
  const near = isInstance(node)
    ? closest(
        node.module,
        document.modules.map(({ name }) => name).filter((name) => name !== module.name),
      )
    : closest(node.type, library.keys());
  if (near !== undefined) yield { kind: 'set-kind', title: `Make it ${near}`, ...place, is: near };
  yield { kind: 'remove-node', title: `Delete ${node.name}`, ...place };
}

function* otherShares({ node, place }: Subject, { tree }: RepairContext): Generator<Fix> {
  const near = closest(node.shares ?? '', tree.byPath.keys());
  if (near) yield { kind: 'set-shares', title: `Share the weights of ${near}`, ...place, shares: near };
  yield { kind: 'set-shares', title: `Give ${node.name} its own weights`, ...place };
}

/** A declared size that nothing says is 1. */
function* fixedSizes({ node, place }: Subject, { tree }: RepairContext): Generator<Fix> {
  const shape = own(node.params, 'shape');
  if (typeof shape !== 'string') return;
  const value = shape.replaceAll(/[A-Za-z_]\w*/g, (name) =>
    Object.hasOwn(tree.root.params, name) || tree.sizes.has(name) ? name : '1',
  );
  if (value !== shape) yield { kind: 'set-param', title: `Write ${value}`, ...place, param: 'shape', value };
}

/** A wire at a port that does not exist: led to the one that was meant, or to the only one there is. */
function* otherPort(problem: Problem, { module }: Subject, { document, library }: RepairContext): Generator<Fix> {
  const wire = problem.fixes?.find((fix) => fix.kind === 'remove-edge');
  if (!wire?.from) return;
  const { from, to } = wire;
  const [source, target] = [from, to].map(([id]) => module.nodes.find((node) => node.id === id));
  if (!source || !target) return;
  const outputs = portNames(source, finder(document), library)?.outputs ?? [];
  const inputs = portNames(target, finder(document), library)?.inputs ?? [];
  const taken = module.edges.filter((edge) => edge.to[0] === to[0]).map((edge) => edge.to[1]);
  const output = outputs.includes(from[1]) ? from[1] : meant(from[1], outputs);
  const input = inputs.includes(to[1])
    ? to[1]
    : meant(
        to[1],
        inputs.filter((name) => !taken.includes(name)),
      );
  if (output === undefined || input === undefined) return;
  const title = input === to[1] ? `Wire it from ${output}` : `Wire it to ${input}`;
  const ends = { from: [source.id, output], to: [target.id, input] } as const;
  yield { kind: 'connect', title, module: module.name, ...ends, instead: { from, to } };
}

function meant(name: string, names: readonly string[]): string | undefined {
  return closest(name, names) ?? (names.length === 1 ? names[0] : undefined);
}

/** A value that cannot be read, or that the node refuses: a name that was nearly right, or the default. */
function* otherValue(
  { code, fixes, place: { position } }: Problem,
  { node, place, instance }: Subject,
  param: string,
  { tree }: RepairContext,
): Generator<Fix> {
  if (param === REPEAT) yield { kind: 'set-param', title: 'Make it one layer', ...place, param, value: 1 };
  const written = own(node.params, param);
  if (written === undefined) return;
  if (code === 'expression.unknown-name' && typeof written === 'string' && position !== undefined && instance) {
    const name = /^[A-Za-z_]\w*/.exec(written.slice(position))?.[0] ?? '';
    const around = tree.byPath.get(instance.path) && scopeOf(tree, instance);
    const near = closest(name, [...Object.keys(around ?? {}), ...tree.sizes.keys()]);
    if (near !== undefined) {
      const value = written.slice(0, position) + near + written.slice(position + name.length);
      yield { kind: 'set-param', title: `Write ${value}`, ...place, param, value };
    }
  }
  if (!fixes) yield { kind: 'drop-param', title: `Reset ${param} to its default`, ...place, param };
}
