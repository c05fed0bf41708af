/** Edits of the points that wires are led through. */
import { createChanges, EditError, edgePath, moduleNamed, pointOf, type Point } from './changes.ts';
import { edgeKey } from './diff.ts';
import { count, type Edit } from './edit.ts';
import type { Edge, GraphModule, PatchbayDocument } from './schema.ts';

/** One point of a wire: its place among the wire's points. */
export interface RerouteRef {
  readonly wire: Pick<Edge, 'from' | 'to'>;
  readonly index: number;
}

/**
 * Leads a wire through one more point.
 * @param index its place among the wire's points, from the source on.
 * @throws {EditError} if there is no such wire or place.
 */
export function addReroute(
  document: PatchbayDocument,
  moduleName: string,
  { wire, index }: RerouteRef,
  at: Point,
): Edit {
  const points = reroutesOf(moduleNamed(document, moduleName), wire);
  if (index < 0 || index > points.length) throw new EditError(`the wire has no place ${index} for a point`);
  return write(document, moduleName, [[wire, points.toSpliced(index, 0, pointOf(at))]], 'Add a reroute point');
}

/**
 * Moves points of wires; `positions` runs along `refs`.
 * @throws {EditError} if one does not exist.
 */
export function moveReroutes(
  document: PatchbayDocument,
  moduleName: string,
  refs: readonly RerouteRef[],
  positions: readonly Point[],
): Edit {
  const module = moduleNamed(document, moduleName);
  const to = new Map(refs.map((ref, index) => [keyOf(ref), positions[index]!]));
  const wires = byWire(module, refs).map(({ wire, points }) => {
    const moved = points.map((point, index) => {
      const position = to.get(keyOf({ wire, index }));
      return position ? pointOf(position) : point;
    });
    return [wire, moved] as const;
  });
  return write(document, moduleName, wires, `Move ${count(refs.length, 'reroute point')}`);
}

/**
 * Removes points; their wires stay.
 * @throws {EditError} if one does not exist.
 */
export function removeReroutes(document: PatchbayDocument, moduleName: string, refs: readonly RerouteRef[]): Edit {
  const gone = new Set(refs.map(keyOf));
  const wires = byWire(moduleNamed(document, moduleName), refs).map(
    ({ wire, points }) => [wire, points.filter((_, index) => !gone.has(keyOf({ wire, index })))] as const,
  );
  return write(document, moduleName, wires, `Delete ${count(refs.length, 'reroute point')}`);
}

type Points = NonNullable<Edge['reroutes']>;

function keyOf({ wire, index }: RerouteRef): string {
  return `${edgeKey(wire)}\n${index}`;
}

function reroutesOf(module: GraphModule, wire: RerouteRef['wire']): Points {
  const edge = module.edges.find((one) => edgeKey(one) === edgeKey(wire));
  if (!edge) throw new EditError(`there is no wire from ${wire.from.join('.')} to ${wire.to.join('.')}`);
  return edge.reroutes ?? [];
}

/** The wires of these points, each once, with all of its points. */
function byWire(
  module: GraphModule,
  refs: readonly RerouteRef[],
): readonly { readonly wire: RerouteRef['wire']; readonly points: Points }[] {
  const wires = new Map(refs.map(({ wire }) => [edgeKey(wire), wire]));
  const found = [...wires.values()].map((wire) => ({ wire, points: reroutesOf(module, wire) }));
  for (const { wire, index } of refs)
    if (!found.some((one) => edgeKey(one.wire) === edgeKey(wire) && one.points[index]))
      throw new EditError(`the wire to ${wire.to.join('.')} has no point ${index}`);
  return found;
}

/** A wire without points has no such field. */
function write(
  document: PatchbayDocument,
  module: string,
  wires: readonly (readonly [RerouteRef['wire'], Points])[],
  title: string,
): Edit {
  const changes = createChanges(document);
  for (const [wire, points] of wires)
    changes.set([...edgePath(module, edgeKey(wire)), 'reroutes'], points.length > 0 ? points : undefined);
  return { title, diff: changes.diff(), place: { module, nodeIds: [] } };
}
