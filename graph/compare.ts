/**
 * What differs between two documents, or two moments of one: as a person would tell it. Nodes are told apart by their
 * ids, modules by their names; where something stands and how large it is drawn is no difference.
 */
import { equal } from './diff.ts';
import { isInstance, type GraphModule, type GraphNode, type PatchbayDocument } from './schema.ts';

/** One thing that is not what it was; undefined where it is not there. */
export interface FieldChange {
  /** A parameter's name, or what else is written on a node: `name`, `type`, `repeat`, `input query`. */
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

export type ChangeKind = 'added' | 'removed' | 'changed';

export interface NodeChange {
  readonly kind: ChangeKind;
  readonly module: string;
  readonly nodeId: string;
  /** As it is called now, or was before it was removed. */
  readonly name: string;
  /** Its type or the module that it is an instance of. */
  readonly of: string;
  /** Empty for what was added or removed. */
  readonly fields: readonly FieldChange[];
}

export interface ModuleChange {
  readonly kind: ChangeKind;
  readonly module: string;
  /** Hyperparameters, sizes, requirements, the order of construction. */
  readonly fields: readonly FieldChange[];
}

export interface Comparison {
  readonly nodes: readonly NodeChange[];
  readonly modules: readonly ModuleChange[];
  /** Seed, presets, main module, checkpoint. */
  readonly document: readonly FieldChange[];
}

/** Where a node stands, how it is drawn, and what only names it in the file. */
const DRAWN: ReadonlySet<string> = new Set(['id', 'position', 'size']);

/** Enough of a hash to tell two files of one name apart. */
const HASH_DIGITS = 8;

/** What became of the first document in the second. */
export function compareDocuments(before: PatchbayDocument, after: PatchbayDocument): Comparison {
  const nodes: NodeChange[] = [];
  const modules: ModuleChange[] = [];
  for (const { kind, was, is } of paired(before.modules, after.modules, ({ name }) => name)) {
    nodes.push(...nodeChanges(was, is));
    const module = (is ?? was)!.name;
    const fields = was && is ? moduleFields(was, is) : [];
    if (kind !== 'changed' || fields.length > 0) modules.push({ kind, module, fields });
  }
  return { nodes, modules, document: documentFields(before, after) };
}

/** What became of one node; undefined where nothing did, or it is in neither. */
export function compareNode(
  before: PatchbayDocument,
  after: PatchbayDocument,
  module: string,
  nodeId: string,
): ChangeKind | undefined {
  const [was, is] = [before, after].map((document) => {
    const found = document.modules.find(({ name }) => name === module);
    return (
      found && {
        ...found,
        nodes: found.nodes.filter(({ id }) => id === nodeId),
        edges: found.edges.filter(({ to }) => to[0] === nodeId),
      }
    );
  });
  return nodeChanges(was, is)[0]?.kind;
}

export function isSame({ nodes, modules, document }: Comparison): boolean {
  return nodes.length === 0 && modules.length === 0 && document.length === 0;
}

interface Pair<T> {
  readonly kind: ChangeKind;
  readonly was: T | undefined;
  readonly is: T | undefined;
}

/** Records of both lists by identity: those of the second in its order, then those that are gone. */
function paired<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string): Pair<T>[] {
  const [was, is] = [before, after].map((list) => new Map(list.map((item) => [keyOf(item), item])));
  return [
    ...after.map((item): Pair<T> => {
      const old = was!.get(keyOf(item));
      return { kind: old === undefined ? 'added' : 'changed', was: old, is: item };
    }),
    ...before
      .filter((item) => !is!.has(keyOf(item)))
      .map((item): Pair<T> => ({ kind: 'removed', was: item, is: undefined })),
  ];
}

function nodeChanges(before: GraphModule | undefined, after: GraphModule | undefined): NodeChange[] {
  const wiresBefore = incoming(before);
  const wiresAfter = incoming(after);
  return paired(before?.nodes ?? [], after?.nodes ?? [], ({ id }) => id).flatMap(({ kind, was, is }) => {
    const node = (is ?? was)!;
    const fields =
      was && is ? [...nodeFields(was, is), ...differing(wiresBefore.get(node.id), wiresAfter.get(node.id))] : [];
    if (kind === 'changed' && fields.length === 0) return [];
    const of = isInstance(node) ? node.module : node.type;
    return [{ kind, module: (after ?? before)!.name, nodeId: node.id, name: node.name, of, fields }];
  });
}

/** Per node, what is wired to its inputs: `input query` → `q_proj.output`. */
function incoming(module: GraphModule | undefined): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const wires = new Map<string, Record<string, string>>();
  for (const { from, to } of module?.edges ?? []) {
    const ports = wires.get(to[0]) ?? {};
    const field = `input ${to[1]}`;
    // A document at fault may have several wires at one input.
    ports[field] = field in ports ? `${ports[field]}, ${from.join('.')}` : from.join('.');
    wires.set(to[0], ports);
  }
  return wires;
}

function nodeFields(was: GraphNode, is: GraphNode): FieldChange[] {
  const { params: paramsBefore, ...before } = was;
  const { params: paramsAfter, ...after } = is;
  return [
    ...differing(before, after).filter(({ field }) => !DRAWN.has(field)),
    ...differing(paramsBefore, paramsAfter),
  ];
}

function moduleFields(was: GraphModule, is: GraphModule): FieldChange[] {
  const order = ({ nodes }: GraphModule, kept: GraphModule): readonly string[] => {
    const ids = new Set(kept.nodes.map(({ id }) => id));
    return nodes.map(({ id }) => id).filter((id) => ids.has(id));
  };
  return [
    ...differing(defaults(was), defaults(is)),
    ...differing({ requires: was.requires ?? [] }, { requires: is.requires ?? [] }),
    // Weights are drawn in the order of the nodes.
    ...differing({ 'order of nodes': order(was, is) }, { 'order of nodes': order(is, was) }),
  ];
}

function defaults({ hyperparameters, sizes = [] }: GraphModule): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...hyperparameters, ...sizes].map((one) => [one.name, one.default]));
}

function documentFields(before: PatchbayDocument, after: PatchbayDocument): FieldChange[] {
  const head = ({ seed, main, preset }: PatchbayDocument): Readonly<Record<string, unknown>> => ({
    seed,
    main,
    ...(preset !== undefined && { preset }),
  });
  const values = ({ presets }: PatchbayDocument): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      presets.flatMap((preset) =>
        Object.entries(preset.values).map(([name, value]) => [`${name} in ${preset.name}`, value]),
      ),
    );
  return [
    ...differing(head(before), head(after)),
    ...weightsField(before.weights, after.weights),
    ...differing(values(before), values(after)),
  ];
}

/** A file of the same content is the same, wherever it lies and whatever it is called. */
function weightsField(was: PatchbayDocument['weights'], is: PatchbayDocument['weights']): readonly FieldChange[] {
  if (was?.sha256 === is?.sha256) return [];
  const told = (weights: PatchbayDocument['weights']): string =>
    weights ? `${weights.path} (${weights.sha256.slice(0, HASH_DIGITS)})` : 'drawn from the seed';
  return [{ field: 'weights', before: told(was), after: told(is) }];
}

/** Fields that are not equal, in the order of the second record, then those that are gone. */
function differing(
  before: Readonly<Record<string, unknown>> = {},
  after: Readonly<Record<string, unknown>> = {},
): FieldChange[] {
  return paired(Object.entries(before), Object.entries(after), ([field]) => field)
    .map(({ was, is }) => ({ field: (is ?? was)![0], before: was?.[1], after: is?.[1] }))
    .filter((change) => !equal(change.before, change.after));
}
