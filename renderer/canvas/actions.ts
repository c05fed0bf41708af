/** What hands do on the canvas, each as one edit of the document: the only place where the canvas writes. */
import { apply } from '../../graph/diff.ts';
import {
  addFrame,
  addNote,
  applyFix,
  combine,
  connect,
  copySelection,
  disconnect,
  EditError,
  makeUnique,
  moveDecorations,
  moveNodes,
  nameProblem,
  paste,
  removeDecorations,
  removeEdges,
  renameNode,
  resizeDecoration,
  resizeNode,
  writeDecoration,
  type Edit,
} from '../../graph/edits.ts';
import { count } from '../../graph/edit.ts';
import type { InstancePath } from '../../graph/instance.ts';
import type { Fix } from '../../graph/problems.ts';
import { isInstance, type Edge, type PatchbayDocument } from '../../graph/schema.ts';
import type { App } from '../app-context.ts';
import { enterNode } from '../commands/navigate.ts';
import { openModule } from '../commands/open-module.ts';
import { insertIntoWire, moveAside } from '../commands/wiring.ts';
import type { PaletteEntry } from '../library/entries.ts';
import { couldWireEntry } from '../library/add-entry.ts';
import { rankEntriesFor } from './rank-entries.ts';
import { foldKey, wireKey, type CanvasStore, type PortRef } from './canvas-store.ts';
import { decorationOf, frameKey, noteKey } from './flow-nodes.ts';
import { boundsOf, type Box, type Point } from './geometry.ts';
import { pickImages } from './pick-images.ts';
import { refOf, type PlacedNode } from './ports.ts';
import { wireCheck, wireVerdict, type WireCheck, type WireEnds } from './wire-fit.ts';

type Pair = readonly [number, number];

export type CanvasActions = ReturnType<typeof createCanvasActions>;

/** Room around what a frame is drawn about; more at the top, for its title. */
const FRAME_MARGIN = { side: 24, top: 44 };
const NOTE_SIZE: Pair = [240, 110];
const FRAME_SIZE: Pair = [420, 260];

export function createCanvasActions(app: App, store: CanvasStore, placed: () => readonly PlacedNode[]) {
  const module = () => openModule(app);
  const edges = (): readonly Edge[] => module().edges;

  /** Makes an edit of the open module; one that cannot be made is told and changes nothing. */
  const edit = (make: (document: PatchbayDocument, module: string) => Edit): boolean => {
    const { document, dispatch, readOnly } = app.document.getState();
    if (readOnly) return false;
    try {
      dispatch(make(document, module().name));
      return true;
    } catch (error) {
      if (!(error instanceof EditError)) throw error;
      app.notices.getState().tell(error.message, 'error');
      return false;
    }
  };

  const remove = ({ from, to }: WireEnds): void => {
    edit((document, name) => disconnect(document, name, to, from));
  };

  /** One edit for everything that was moved by one gesture. */
  const move = (positions: ReadonlyMap<string, Point>, gesture?: string): void => {
    const rounded = [...positions].map(([key, { x, y }]) => [key, [Math.round(x), Math.round(y)] as Pair] as const);
    const nodes = new Map(rounded.filter(([key]) => decorationOf(key) === null && wasElsewhere(key, positions)));
    const others = rounded.filter(([key]) => decorationOf(key) !== null);
    if (nodes.size === 0 && others.length === 0) return;
    const refs = others.map(([key]) => decorationOf(key)!);
    const moved = others.map(([, position]) => position);
    edit((document, name) => {
      if (refs.length === 0) return moveNodes(document, name, nodes, gesture);
      if (nodes.size === 0) return moveDecorations(document, name, refs, moved);
      return combine(document, `Move ${nodes.size + refs.length} things`, [
        (current) => moveNodes(current, name, nodes, gesture),
        (current) => moveDecorations(current, name, refs, moved),
      ]);
    });
  };

  const wasElsewhere = (id: string, positions: ReadonlyMap<string, Point>): boolean => {
    const [x, y] = module().nodes.find((node) => node.id === id)?.position ?? [NaN, NaN];
    const to = positions.get(id)!;
    return Math.round(to.x) !== x || Math.round(to.y) !== y;
  };

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
      ];
      if (chosen.length === 0) return false;
      const keys = chosen.map(([key]) => key).join(' ');
      move(new Map(chosen.map(([key, [x, y]]) => [key, { x: x + delta.x, y: y + delta.y }])), `nudge ${keys}`);
      return true;
    },

    resize: (nodeId: string, size: Pair): void => {
      edit((document, name) => resizeNode(document, name, nodeId, size));
      store.setState({ sizes: null });
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
          (current) => connect(current, name, wire.from, wire.to, verdict.adapts),
        ]);
      });
    },

    /** The wire of this key; null if there is none. */
    wireOf: (key: string | null): Edge | null => edges().find((candidate) => wireKey(candidate) === key) ?? null,

    /** Moves what was dragged; a node that hangs on nothing and was let go over a wire comes to stand in it. */
    drop: (positions: ReadonlyMap<string, Point>, over: string | null): void => {
      const wire = edges().find((candidate) => wireKey(candidate) === over);
      const [only] = positions.keys();
      if (!wire || only === undefined || positions.size > 1 || decorationOf(only) !== null) {
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
        const folded = new Set(store.getState().folded);
        const keys = nodeIds.map((id) => foldKey(name, id));
        const open = keys.every((key) => folded.has(key));
        for (const key of keys)
          if (open) folded.delete(key);
          else folded.add(key);
        store.setState({ folded });
      },
      rename: (nodeId: string): void => store.setState({ renaming: nodeId }),
      connect: (nodeId: string): void => {
        const view = placed().find((node) => node.view.id === nodeId)?.view;
        const port = view?.outputs[0] ?? view?.inputs[0];
        if (port) store.setState({ connecting: refOf(nodeId, port) });
      },
    },

    /** Wires of the open module. */
    wires: edges,

    /** Cuts the wires of these keys, as one step. */
    disconnectAll: (keys: ReadonlySet<string>): void => {
      const wires = edges().filter((wire) => keys.has(wireKey(wire)));
      if (wires.length > 0) edit((document, name) => removeEdges(document, name, wires));
    },

    /** Copies of nodes, where their outlines were let go; the copies are selected. */
    duplicateTo: (boxes: ReadonlyMap<string, Box>): void => {
      const at = boundsOf(boxes.values());
      if (!at) return;
      const made: string[] = [];
      edit((document, name) => {
        const payload = copySelection(document, name, [...boxes.keys()]);
        const pasted = paste(document, name, payload, [Math.round(at.x), Math.round(at.y)]);
        made.push(...(pasted.place?.nodeIds ?? []));
        return { ...pasted, title: `Duplicate ${count(boxes.size, 'node')}` };
      });
      app.view.getState().select(made);
    },

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
      edit((document, moduleName) => renameNode(document, moduleName, nodeId, name));
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

    /** A note at a place of the canvas, open to be written. */
    addNote: ({ x, y }: Point): void => {
      const { document } = app.document.getState();
      const made = addNote(document, module().name, { text: '', position: [x, y], size: [...NOTE_SIZE] });
      if (edit(() => made.edit)) begin(app, store, noteKey(made.decoration.id));
    },

    /** A frame around the selection, or at a place of the canvas. */
    addFrame: ({ x, y }: Point): void => {
      const { selection } = app.view.getState();
      const boxes = placed()
        .filter(({ view }) => selection.has(view.id))
        .map(({ view, position }) => ({ ...position, width: view.geometry.width, height: view.geometry.height }));
      const bounds = boundsOf(boxes);
      const { side, top } = FRAME_MARGIN;
      const box = bounds
        ? { position: [bounds.x - side, bounds.y - top], size: [bounds.width + 2 * side, bounds.height + side + top] }
        : { position: [x, y], size: [...FRAME_SIZE] };
      const { document } = app.document.getState();
      const made = addFrame(document, module().name, { title: '', ...box } as Parameters<typeof addFrame>[2]);
      if (edit(() => made.edit)) begin(app, store, frameKey(made.decoration.id));
    },

    writeDecoration: (key: string, text: string): void => {
      edit((document, name) => writeDecoration(document, name, decorationOf(key)!, text));
    },
    resizeDecoration: (key: string, size: Pair, position: Pair): void => {
      edit((document, name) => resizeDecoration(document, name, decorationOf(key)!, size, position));
      store.setState({ sizes: null, drag: null });
    },
    removeDecorations: (keys: readonly string[]): void => {
      const refs = keys.flatMap((key) => decorationOf(key) ?? []);
      if (edit((document, name) => removeDecorations(document, name, refs))) store.setState({ decorations: new Set() });
    },
    hasSelectedNodes: (): boolean => app.view.getState().selection.size > 0,
  };
}

/** What was just made is selected and open to be written. */
function begin(app: App, store: CanvasStore, key: string): void {
  app.view.getState().select([]);
  store.setState({ decorations: new Set([key]), renaming: key });
}
