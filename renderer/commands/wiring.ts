/** Wires that follow from what is done to nodes: a chain stays one when a link goes, and takes one in. */
import { analyse } from '../../graph/analyse.ts';
import { apply } from '../../graph/diff.ts';
import { combine, connect, disconnect, moveNodes, removeNodes, type Edit } from '../../graph/edits.ts';
import { portNames } from '../../graph/module-index.ts';
import { finder } from '../../graph/modules.ts';
import type { Edge, GraphModule, PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import type { App } from '../app-context.ts';
import { makeRoom } from '../canvas/arrange.ts';
import type { Box, Point } from '../canvas/geometry.ts';
import { nearestOnWire } from '../canvas/wire-curve.ts';
import { wireVerdictIn, type WireEnds } from '../canvas/wire-fit.ts';
import { boxesOf } from './boxes.ts';
import { openModule } from './open-module.ts';

/** Moves aside what a node of the open module lies on; changes nothing where there is room. */
export function moveAside(document: PatchbayDocument, module: string, nodeId: string): Edit {
  const positions = makeRoom(boxesOf(document, module), nodeId);
  return moveNodes(document, module, new Map([...positions].map(([id, { x, y }]) => [id, [x, y] as const])));
}

/**
 * Removes nodes of the open module; what they read goes on to what read them, wherever that makes sense, through the
 * points that the wires before and behind were led through.
 */
export function removeAndHeal(
  app: App,
  nodeIds: readonly string[],
  document: PatchbayDocument = app.document.getState().document,
): Edit {
  const { name } = openModule(app);
  const module = document.modules.find((one) => one.name === name)!;
  const removal = removeNodes(document, module.name, nodeIds);
  let healed = removal;
  for (const { from, to, reroutes } of bridges(document, module, new Set(nodeIds))) {
    const open = apply(document, healed.diff);
    if (!wireVerdictIn(open, app.view.getState().openPath)({ from, to }).ok) continue;
    const before = healed;
    const wired = combine(document, removal.title, [
      () => before,
      (current) => connect(current, module.name, from, to, {}, reroutes),
    ]);
    const faults = new Set(faultsOf(open));
    // What fits at its port may still be wrong further on.
    if (faultsOf(apply(document, wired.diff)).every((fault) => faults.has(fault))) healed = wired;
  }
  return removal.place ? { ...healed, place: removal.place } : healed;
}

function faultsOf(document: PatchbayDocument): readonly string[] {
  return analyse(document, NODES)
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ code, place }) => [code, place.path, place.port?.side, place.port?.name, place.param].join(' '));
}

/** Wires over the gap: from what the removed nodes' first inputs lead back to. */
function bridges(document: PatchbayDocument, module: GraphModule, removed: ReadonlySet<string>): readonly Edge[] {
  const origin = (nodeId: string, seen: ReadonlySet<string> = new Set()): Pick<Edge, 'from' | 'reroutes'> | null => {
    const node = module.nodes.find(({ id }) => id === nodeId);
    const [first] = (node && portNames(node, finder(document), NODES)?.inputs) ?? [];
    const wire = module.edges.find(({ to }) => to[0] === nodeId && to[1] === first);
    if (!wire || seen.has(nodeId)) return null;
    if (!removed.has(wire.from[0])) return wire;
    const before = origin(wire.from[0], new Set([...seen, nodeId]));
    return before && { from: before.from, reroutes: [...(before.reroutes ?? []), ...(wire.reroutes ?? [])] };
  };
  return module.edges.flatMap(({ from, to, reroutes = [] }) => {
    if (!removed.has(from[0]) || removed.has(to[0])) return [];
    const source = origin(from[0]);
    return source ? [{ from: source.from, to, reroutes: [...(source.reroutes ?? []), ...reroutes] }] : [];
  });
}

/**
 * Puts a node of the open module into a wire: the wire's source into its first input that takes it, its first output
 * that fits into the wire's target. The points that the wire was led through are shared out by where the node lies. Null
 * where the node has no such ports, or is wired already.
 * @param document The document with the node in it.
 */
export function insertIntoWire(app: App, document: PatchbayDocument, nodeId: string, wire: Edge): Edit | null {
  const { openPath } = app.view.getState();
  const module = document.modules.find(({ name }) => name === openModule(app).name);
  const node = module?.nodes.find(({ id }) => id === nodeId);
  const ports = node && portNames(node, finder(document), NODES);
  if (!module || !node || !ports) return null;
  if (module.edges.some(({ from, to }) => from[0] === nodeId || to[0] === nodeId)) return null;
  const title = `Insert ${node.name}`;
  const cut = disconnect(document, module.name, wire.to, wire.from);
  const [before, behind] = sharedOut(
    wire,
    boxesOf(document, module.name, new Set([wire.from[0], nodeId, wire.to[0]])),
    nodeId,
  );
  for (const input of ports.inputs) {
    const entering: WireEnds = { from: wire.from, to: [nodeId, input] };
    const open = apply(document, cut.diff);
    const verdict = wireVerdictIn(open, openPath)(entering);
    if (!verdict.ok) continue;
    const entered = combine(document, title, [
      () => cut,
      (current) => connect(current, module.name, entering.from, entering.to, verdict.adapts, before),
    ]);
    const judge = wireVerdictIn(apply(document, entered.diff), openPath);
    for (const output of ports.outputs) {
      const leaving: WireEnds = { from: [nodeId, output], to: wire.to };
      const fits = judge(leaving);
      if (!fits.ok) continue;
      return combine(document, title, [
        () => entered,
        (current) => connect(current, module.name, leaving.from, leaving.to, fits.adapts, behind),
      ]);
    }
  }
  return null;
}

type Points = NonNullable<Edge['reroutes']>;

/** A wire's points, before and behind what is put into it. */
function sharedOut(
  { from, to, reroutes = [] }: Edge,
  boxes: ReadonlyMap<string, Box>,
  nodeId: string,
): [Points, Points] {
  const [source, node, target] = [boxes.get(from[0]), boxes.get(nodeId), boxes.get(to[0])];
  if (reroutes.length === 0 || !source || !node || !target) return [[], []];
  const centre = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });
  const start = { ...centre(source), x: source.x + source.width };
  const end = { ...centre(target), x: target.x };
  const through = reroutes.map(([x, y]) => ({ x, y }));
  const { piece } = nearestOnWire(start, end, through, centre(node));
  return [reroutes.slice(0, piece), reroutes.slice(piece)];
}
