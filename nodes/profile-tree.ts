/** A profile as a tree: instances inside modules inside stacks, each with the time and work of all that it contains. */
import { BOUNDS, reachOf, type Bound, type InstanceWork, type Profile } from '../gpu/profile.ts';
import {
  childPath,
  type Instance,
  type InstancePath,
  type InstanceTree,
  type ModuleInstance,
} from '../graph/instance.ts';

/** `folded`: the layers of a stack are one, the sum of all. `apart`: each layer is a part of its stack. */
export type Layers = 'folded' | 'apart';

export interface ProfileNode {
  /** The instance; of several layers that are folded, the first one's. */
  readonly path: InstancePath;
  /** How it is called inside of what contains it; the root has none. */
  readonly name: string;
  readonly kind: Instance['kind'];
  /** The node's type, or the module. */
  readonly type: string;
  /** Instances that are folded into this one; of a stack whose layers are, all of them. */
  readonly count: number;
  readonly milliseconds: number;
  /** Of the whole profile; 0 … 1. */
  readonly share: number;
  readonly flops: number;
  readonly bytes: number;
  readonly dispatches: number;
  /** What most of its time is bound by; null where no ceilings are known. */
  readonly bound: Bound | null;
  /** What part of each ceiling it reaches as a whole; null where they are not known. */
  readonly reach: { readonly compute: number; readonly memory: number } | null;
  /** Those that computed something, in the order in which they began to. */
  readonly children: readonly ProfileNode[];
}

interface Sum {
  milliseconds: number;
  flops: number;
  bytes: number;
  dispatches: number;
  boundBy: Record<Bound, number>;
  /** Position of the first work in the profile. */
  first: number;
}

/** Work of instances that the tree does not have, which an edit has removed, belongs to the root. */
export function profileTree({ root, byPath }: InstanceTree, profile: Profile, layers: Layers): ProfileNode {
  const own = new Map<InstancePath, Sum>();
  for (const [position, work] of profile.works.entries()) {
    const path = byPath.has(work.path) ? work.path : root.path;
    const sum = own.get(path) ?? nothing();
    own.set(path, sum);
    add(sum, work, position);
  }
  const whole = profile.milliseconds;

  const build = (instances: readonly Instance[]): { readonly node: ProfileNode; readonly sum: Sum } => {
    const [instance] = instances as [Instance];
    const sum = nothing();
    for (const { path } of instances.flatMap((one) => withLayers(one, layers))) merge(sum, own.get(path));
    const parts = partsOf(instances, layers)
      .map(build)
      .filter((part) => part.sum.first < Infinity);
    for (const part of parts) merge(sum, part.sum);
    parts.sort((one, other) => one.sum.first - other.sum.first);
    const { milliseconds, flops, bytes, dispatches } = sum;
    const node: ProfileNode = {
      path: instance.path,
      name: nameOf(instance.path),
      kind: instance.kind,
      type: instance.kind === 'leaf' ? instance.type : instance.module,
      count: instances.reduce((sum, one) => sum + layersIn(one, layers), 0),
      milliseconds,
      share: whole > 0 ? milliseconds / whole : 0,
      flops,
      bytes,
      dispatches,
      bound: profile.ceilings && longest(sum.boundBy),
      reach: profile.ceilings && reachOf({ flops, bytes }, milliseconds, profile.ceilings),
      children: parts.map((part) => part.node),
    };
    return { node, sum };
  };
  return build([root]).node;
}

function layersIn(instance: Instance, layers: Layers): number {
  return instance.kind === 'stack' && layers === 'folded' ? instance.layers.length : 1;
}

/** Layers that are folded have no node of their own: what is theirs alone is their stack's. */
function withLayers(instance: Instance, layers: Layers): readonly Instance[] {
  return instance.kind === 'stack' && layers === 'folded' ? [instance, ...instance.layers] : [instance];
}

/** What is inside of instances that have the same structure: groups that are one node each. */
function partsOf(instances: readonly Instance[], layers: Layers): (readonly Instance[])[] {
  const modules: ModuleInstance[] = [];
  for (const instance of instances) {
    if (instance.kind === 'leaf') return [];
    if (instance.kind === 'module') modules.push(instance);
    else if (layers === 'apart') return instance.layers.map((layer) => [layer]);
    else modules.push(...instance.layers);
  }
  const [first] = modules;
  return (first?.children ?? []).map((_, index) => modules.map(({ children }) => children[index]!));
}

/**
 * The path of the same node in other layers.
 * @param layerOf the layer that is wanted of the stack at a path; null: the one that the path names.
 */
export function inLayers(
  { byPath }: InstanceTree,
  path: InstancePath,
  layerOf: (stack: InstancePath) => number | null,
): InstancePath {
  let at: InstancePath = '';
  if (path === '') return at;
  for (const name of path.split('.')) {
    const stack = byPath.get(at);
    const layer = stack?.kind === 'stack' ? layerOf(at) : null;
    at = childPath(at, layer === null ? name : String(layer));
  }
  return at;
}

/** Every node of the tree, each before what it contains, with its depth. */
export function* walkProfile(
  node: ProfileNode,
  depth = 0,
): Generator<{ readonly node: ProfileNode; readonly depth: number }> {
  yield { node, depth };
  for (const child of node.children) yield* walkProfile(child, depth + 1);
}

function nameOf(path: InstancePath): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function nothing(): Sum {
  return {
    milliseconds: 0,
    flops: 0,
    bytes: 0,
    dispatches: 0,
    boundBy: { compute: 0, memory: 0, neither: 0 },
    first: Infinity,
  };
}

function add(sum: Sum, work: Pick<InstanceWork, 'boundBy'> & Omit<Sum, 'boundBy' | 'first'>, first: number): void {
  sum.milliseconds += work.milliseconds;
  sum.flops += work.flops;
  sum.bytes += work.bytes;
  sum.dispatches += work.dispatches;
  for (const bound of BOUNDS) sum.boundBy[bound] += work.boundBy?.[bound] ?? 0;
  sum.first = Math.min(sum.first, first);
}

function merge(sum: Sum, other: Sum | undefined): void {
  if (other) add(sum, other, other.first);
}

function longest(boundBy: Readonly<Record<Bound, number>>): Bound {
  return BOUNDS.reduce((most, bound) => (boundBy[bound] > boundBy[most] ? bound : most), 'neither' as Bound);
}
