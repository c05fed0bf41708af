/** What hands do on the canvas, each as one edit of the document: the only place where the canvas writes. */
import { apply } from '../../graph/diff.ts';
import {
  applyFix,
  combine,
  connect,
  disconnect,
  makeUnique,
  moveNodes,
  nameProblem,
  removeEdges,
  renameNode,
  resizeNode,
  type DecorationRef,
} from '../../graph/edits.ts';
import { count } from '../../graph/edit.ts';
import type { InstancePath } from '../../graph/instance.ts';
import type { Fix } from '../../graph/problems.ts';
import { isInstance, type Edge, type PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import type { App } from '../app-context.ts';
import { attemptEdit } from '../commands/attempt-edit.ts';
import { duplicateTo } from '../commands/clipboard.ts';
import { enterNode } from '../commands/navigate.ts';
import { openModule } from '../commands/open-module.ts';
import { insertIntoWire, moveAside } from '../commands/wiring.ts';
import type { PaletteEntry } from '../library/entries.ts';
import { couldWireEntry } from '../library/add-entry.ts';
import { rankEntriesFor } from './rank-entries.ts';
import { foldKey, wireKey, type CanvasStore, type HandStore, type PortRef } from './canvas-store.ts';
import type { Box, Point } from './geometry.ts';
import { createMarkActions, type MakeEdit } from './mark-actions.ts';
import { markRefs, moveMarks } from './mark-edits.ts';
import { decorationKey, frameKey, markOf, noteKey, rerouteCorner, rerouteKey } from './marks.ts';
import { pickImages } from './pick-images.ts';
import { refOf, type PlacedNode } from './ports.ts';
import { wireCheck, wireVerdict, type WireCheck, type WireEnds } from './wire-fit.ts';

type Pair = readonly [number, number];

export type CanvasActions = ReturnType<typeof createCanvasActions>;

export function createCanvasActions(
  app: App,
  store: CanvasStore,
  hand: HandStore,
  placed: () => readonly PlacedNode[],
) {
  const module = () => openModule(app);
  const edges = (): readonly Edge[] => module().edges;

  /** Makes an edit of the open module; one that cannot be made is told and changes nothing. */
  const edit: MakeEdit = (make) => attemptEdit(app, (document) => make(document, module().name));

  const remove = ({ from, to }: WireEnds): void => {
    edit((document, name) => disconnect(document, name, to, from));
  };

  /** One edit for everything that was moved by one gesture. */
  const move = (positions: ReadonlyMap<string, Point>, gesture?: string): void => {
    const nodes = new Map<string, Pair>();
    const marks = new Map<string, Point>();
    for (const [key, at] of positions) {
      if (markOf(key) !== null) marks.set(key, at);
      else if (wasElsewhere(key, at)) nodes.set(key, [Math.round(at.x), Math.round(at.y)]);
    }
    const steps = [
      ...(nodes.size > 0 ? [(document: PatchbayDocument, name: string) => moveNodes(document, name, nodes)] : []),
      ...moveMarks(marks, edges()),
    ];
    const [only, ...others] = steps;
    if (!only) return;
    edit((document, name) => {
      const made =
        others.length === 0
          ? only(document, name)
          : combine(
              document,
              `Move ${count(nodes.size + marks.size, 'thing')}`,
              steps.map((step) => (current) => step(current, name)),
            );
      return gesture === undefined ? made : { ...made, coalesce: `move ${name} ${gesture}` };
    });
  };

  const wasElsewhere = (id: string, to: Point): boolean => {
    const [x, y] = module().nodes.find((node) => node.id === id)?.position ?? [NaN, NaN];
    return Math.round(to.x) !== x || Math.round(to.y) !== y;
  };

  /** The port that is meant where only the node is named: its first output, or else its first input. */
  const firstPort = (nodeId: string): PortRef | null => {
    const view = placed().find((node) => node.view.id === nodeId)?.view;
    const port = view?.outputs[0] ?? view?.inputs[0];
    return port ? refOf(nodeId, port) : null;
  };

  const marks = createMarkActions(app, store, hand, placed, edit);

  return {
    /** A newer Patchbay wrote the document: it can be looked at. */
    readOnly: (): boolean => app.document.getState().readOnly,

    move,

    /** Moves the selection by keys; @returns false if nothing is selected. */
    nudge: (delta: Point): boolean => {
      const { selection } = app.view.getState();
      const { decorations } = store.getState();
      const { nodes, notes = [], frames = [] } = module();
      const chosen: (readonly [string, Pair])[] = [
        ...nodes.filter(({ id }) => selection.has(id)).map(({ id, position }) => [id, position] as const),
        ...notes.map(({ id, position }) => [noteKey(id), position] as const).filter(([key]) => decorations.has(key)),
        ...frames.map(({ id, position }) => [frameKey(id), position] as const).filter(([key]) => decorations.has(key)),
        ...edges()
          .flatMap((edge) => (edge.reroutes ?? []).map((point, index) => [rerouteKey(edge, index), point] as const))
          .filter(([key]) => decorations.has(key))
          .map(([key, point]) => [key, pairOf(rerouteCorner(point))] as const),
      ];
      if (chosen.length === 0) return false;
      const keys = chosen.map(([key]) => key).join(' ');
      move(new Map(chosen.map(([key, [x, y]]) => [key, { x: x + delta.x, y: y + delta.y }])), `nudge ${keys}`);
      return true;
    },

    resize: (nodeId: string, size: Pair): void => {
      edit((document, name) => resizeNode(document, name, nodeId, size));
      hand.setState({ sizes: null });
    },

    /** The wire that ends at an input; null if there is none. */
    wireInto: (port: PortRef): Edge | null =>
      edges().find(({ to }) => port.side === 'input' && to[0] === port.nodeId && to[1] === port.port) ?? null,

    /** Says of wires whether they would make sense, or why not. */
    check: (): WireCheck => wireCheck(app),

    /** Puts a wire, in place of the one that was picked up and of the one the input had. */
    rewire: (detached: Edge | null, wire: WireEnds): void => {
      if (detached && wireKey(detached) === wireKey(wire) && detached.from.join() === wire.from.join()) return;
      const verdict = wireVerdict(app)(wire);
      if (!verdict.ok) {
        app.notices.getState().tell(verdict.reason, 'error');
        return;
      }
      edit((document, name) => {
        const put = connect(document, name, wire.from, wire.to, verdict.adapts);
        if (!detached || wireKey(detached) === wireKey(wire)) return put;
        return combine(document, put.title, [
          (current) => disconnect(current, name, detached.to, detached.from),
          (current) => connect(current, name, wire.from, wire.to, verdict.adapts, detached.reroutes),
        ]);
      });
    },

    /** The wire of this key; null if there is none. */
    wireOf: (key: string | null): Edge | null => edges().find((candidate) => wireKey(candidate) === key) ?? null,

    /** Moves what was dragged; a node that hangs on nothing and was let go over a wire comes to stand in it. */
    drop: (positions: ReadonlyMap<string, Point>, over: string | null): void => {
      const wire = edges().find((candidate) => wireKey(candidate) === over);
      const [only] = positions.keys();
      if (!wire || only === undefined || positions.size > 1 || markOf(only) !== null) {
        move(positions);
        return;
      }
      const { document } = app.document.getState();
      const { x, y } = positions.get(only)!;
      const moved = moveNodes(document, module().name, new Map([[only, [Math.round(x), Math.round(y)] as Pair]]));
      const insertion = insertIntoWire(app, apply(document, moved.diff), only, wire);
      if (!insertion) move(positions);
      else
        edit((current, name) => {
          const steps = [() => moved, () => insertion, (after: PatchbayDocument) => moveAside(after, name, only)];
          return { ...combine(current, insertion.title, steps), place: moved.place! };
        });
    },

    /** What commands ask of the canvas. */
    acts: {
      fold: (nodeIds: readonly string[]): void => {
        const { name } = module();
        const { folded: before, setFolded } = app.view.getState();
        const folded = new Set(before);
        const keys = nodeIds.map((id) => foldKey(name, id));
        const open = keys.every((key) => folded.has(key));
        for (const key of keys)
          if (open) folded.delete(key);
          else folded.add(key);
        setFolded(folded);
      },
      rename: (nodeId: string): void => store.setState({ renaming: nodeId }),
      marks: () => markRefs(store.getState().decorations, edges()),
      mark: (decorations: readonly DecorationRef[]): void =>
        store.setState({ decorations: new Set(decorations.map(decorationKey)) }),
      connect: (nodeId: string): void => store.setState({ connecting: firstPort(nodeId) }),
      portToAddTo: firstPort,
      addFrom: (port: PortRef): void => store.setState({ addFrom: port }),
      middleOf: marks.middleOf,
      addInto: (wire: Edge): void => store.setState({ addInto: wire }),
      writeNote: marks.addNote,
      drawFrame: marks.addFrame,
    },

    /** Wires of the open module. */
    wires: edges,

    /** Cuts the wires of these keys, as one step. */
    disconnectAll: (keys: ReadonlySet<string>): void => {
      const wires = edges().filter((wire) => keys.has(wireKey(wire)));
      if (wires.length > 0) edit((document, name) => removeEdges(document, name, wires));
    },

    /** Copies, where their outlines were let go, by React Flow id; the copies are selected. */
    duplicateTo: (boxes: ReadonlyMap<string, Box>): void => duplicateTo(app, boxes),

    disconnect: remove,
    disconnectKey: (key: string): void => {
      const edge = edges().find((candidate) => wireKey(candidate) === key);
      if (edge) remove(edge);
    },

    /** Why a node cannot have this name; null if it can. */
    nameProblem: (nodeId: string, name: string): string | null => {
      const node = module().nodes.find(({ id }) => id === nodeId);
      return (node && nameProblem(module(), node, name)) ?? null;
    },
    rename: (nodeId: string, name: string): void => {
      edit((document, moduleName) => renameNode(document, moduleName, nodeId, name, NODES));
    },

    fix: (fix: Fix): void => {
      edit((document) => applyFix(document, fix));
    },

    /** Opens a module; nothing for a library node. */
    open: (nodeId: string): void => {
      const node = module().nodes.find(({ id }) => id === nodeId);
      // An output may have the name of an instance.
      if (node && isInstance(node)) enterNode(app, node.name);
    },

    /** Gives the instance at a path a definition of its own. */
    makeUnique: (path: InstancePath): void => {
      const { tree } = app.derived.getState();
      // A layer is no node: its stack is.
      const instance = tree.byPath.get(path);
      const place = instance?.place ?? tree.byPath.get(path.slice(0, Math.max(0, path.lastIndexOf('.'))))?.place;
      if (place) edit((document) => makeUnique(document, place.module, place.nodeId));
    },

    /** Whether what a palette entry makes could be wired to this port. */
    couldWire: (from: PortRef, entry: PaletteEntry): boolean => couldWireEntry(app, from, entry),

    /** How well palette entries fit to an output, by what flows there; null where that is not known. */
    rankFor: (from: PortRef) => rankEntriesFor(app, from),

    pickImages: (nodeId: string): void => pickImages(app, nodeId),

    ...marks,
  };
}

function pairOf({ x, y }: Point): Pair {
  return [x, y];
}
