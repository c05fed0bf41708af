/** Puts what the palette offers into the open module, and wires it to the port it was asked for. */
import { apply } from '../../graph/diff.ts';
import { addInstance, addNode, applyFix, combine, connect, EditError, type Edit } from '../../graph/edits.ts';
import { elaborate } from '../../graph/elaborate.ts';
import { infer } from '../../graph/infer.ts';
import { allProblems } from '../../graph/instance.ts';
import type { ParameterValue, PatchbayDocument } from '../../graph/schema.ts';
import { MODULES } from '../../nodes/modules/registry.ts';
import { NODES } from '../../nodes/registry.ts';
import type { App } from '../app-context.ts';
import type { PortRef } from '../canvas/canvas-store.ts';
import { roomBelow } from '../canvas/arrange.ts';
import { viewOf, type NodeView } from '../canvas/node-view.ts';
import { refOf, wireBetween } from '../canvas/ports.ts';
import { wireCheckIn, type WireEnds } from '../canvas/wire-fit.ts';
import { boxesOf } from '../commands/boxes.ts';
import { openModule } from '../commands/open-module.ts';
import { insertIntoWire, moveAside } from '../commands/wiring.ts';
import { argumentsOf, type CallParameter } from './call.ts';
import type { PaletteEntry } from './entries.ts';

/** The type under which a dragged entry travels. */
export const ENTRY_DATA = 'application/x-patchbay-entry';

export type EntryRef = Pick<PaletteEntry, 'kind' | 'type'>;

/** Values of parameters that were asked for with the entry. */
type Given = Readonly<Record<string, ParameterValue>>;

/** Reads a dragged entry; null for what is none of ours. */
export function readEntry(data: string): EntryRef | null {
  if (data === '') return null;
  const entry: unknown = JSON.parse(data);
  const { kind, type } = entry as Partial<EntryRef>;
  return (kind === 'node' || kind === 'module') && typeof type === 'string' ? { kind, type } : null;
}

/** What a new node is wired to: a port that a wire was drawn from, or a wire that it is to stand in. */
export type WiredTo =
  | { readonly kind: 'port'; readonly port: PortRef }
  | { readonly kind: 'wire'; readonly wire: WireEnds };

/**
 * Adds a node or an instance at a place of the canvas, selected. Where one of its ports fits to what it is wired to, it
 * is wired and takes the sizes of what comes, as the same step.
 * @param written Arguments as they were typed after its name (library/call.ts).
 * @param free The place was chosen by no hand: where something lies already, it goes below that, and is brought on screen.
 */
export function addEntry(
  app: App,
  entry: EntryRef,
  at: readonly [number, number],
  wiredTo: WiredTo | null = null,
  written: string | null = null,
  free = false,
): void {
  const { document, dispatch } = app.document.getState();
  const module = openModule(app).name;
  try {
    const given = written === null ? {} : argumentsOf(entry.type, written, parametersOf(document, entry));
    const wished = add(document, module, entry, at, given);
    const down = free ? roomBelow(boxesOf(apply(document, wished.diff), module), wished.place!.nodeIds) : 0;
    const added = down === 0 ? wished : add(document, module, entry, [at[0], at[1] + down], given);
    const edit = (wiredTo && wiredEdit(app, module, added, wiredTo, given)) ?? added;
    dispatch(edit);
    app.view.getState().select(added.place!.nodeIds);
    // Its card is there after the next frame.
    if (free) requestAnimationFrame(() => app.canvas.current?.reveal(added.place!.nodeIds));
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    app.notices.getState().tell(error.message, 'error');
  }
}

/** Whether an entry has a port of the side that a wire from `from` would end at. */
export function couldWireEntry(app: App, from: PortRef, entry: EntryRef): boolean {
  const { document } = app.document.getState();
  const modules = new Map([...MODULES, ...document.modules.map((module) => [module.name, module] as const)]);
  const base = { id: 'entry', name: 'entry', position: [0, 0] as [number, number] };
  const node = entry.kind === 'node' ? { ...base, type: entry.type } : { ...base, module: entry.type };
  return portsAcross(viewOf(node, null, { definitions: NODES, modules }), from).length > 0;
}

function add(
  document: PatchbayDocument,
  module: string,
  { kind, type }: EntryRef,
  position: readonly [number, number],
  params: Given,
): Edit {
  return kind === 'node'
    ? addNode(document, module, { type, position, params })
    : addInstance(document, module, { instanceOf: type, position, params }, MODULES);
}

/** What arguments of an entry are for: parameters of the node's record, hyperparameters of the module. */
export function parametersOf(document: PatchbayDocument, { kind, type }: EntryRef): readonly CallParameter[] {
  if (kind === 'node') return NODES.get(type)?.params ?? [];
  return (document.modules.find(({ name }) => name === type) ?? MODULES.get(type))?.hyperparameters ?? [];
}

function wiredEdit(app: App, module: string, added: Edit, wiredTo: WiredTo, given: Given): Edit | null {
  switch (wiredTo.kind) {
    case 'port':
      return wired(app, module, added, wiredTo.port, given);
    case 'wire': {
      const { document } = app.document.getState();
      const insertion = insertIntoWire(app, apply(document, added.diff), added.place!.nodeIds[0]!, wiredTo.wire);
      return (
        insertion && {
          ...combine(document, insertion.title, [
            () => added,
            () => insertion,
            (after) => moveAside(after, module, added.place!.nodeIds[0]!),
          ]),
          place: added.place!,
        }
      );
    }
    default:
      return wiredTo satisfies never;
  }
}

/** The addition together with a wire to the first port that fits; null if none does. */
function wired(app: App, module: string, added: Edit, from: PortRef, given: Given): Edit | null {
  const { document } = app.document.getState();
  const [nodeId] = added.place?.nodeIds ?? [];
  const after = apply(document, added.diff);
  const modules = new Map(after.modules.map((definition) => [definition.name, definition]));
  const node = modules.get(module)?.nodes.find(({ id }) => id === nodeId);
  if (!node) return null;
  const wires = portsAcross(viewOf(node, null, { definitions: NODES, modules }), from).map((port) =>
    wireBetween(from, port),
  );
  const check = wireCheckIn(after, app.view.getState().openPath);
  const wire = wires.find((candidate) => check(candidate) === true);
  if (!wire) return null;
  return combine(document, added.title, [
    () => added,
    (current) => connect(current, module, wire.from, wire.to),
    (current) => fitted(current, module, node.id, given) ?? { title: '', diff: [] },
  ]);
}

/**
 * A node that was just wired takes the sizes of what comes: the fix that its own problem offers, if there is one. What was
 * asked for stays.
 */
function fitted(document: PatchbayDocument, module: string, nodeId: string, given: Given): Edit | null {
  const tree = elaborate(document, NODES);
  const problems = allProblems(tree, infer(tree, NODES));
  const fix = problems
    .filter(({ place }) => place.module === module && place.nodeId === nodeId)
    .flatMap(({ fixes }) => fixes ?? [])
    .find(
      (candidate) =>
        candidate.kind === 'set-param' && candidate.nodeId === nodeId && !Object.hasOwn(given, candidate.param),
    );
  return fix ? applyFix(document, fix) : null;
}

function portsAcross(view: NodeView, from: PortRef): readonly PortRef[] {
  return (from.side === 'output' ? view.inputs : view.outputs).map((port) => refOf(view.id, port));
}
