/** Nodes, notes and frames as a text: what copy puts on the clipboard, and paste takes into any document. */
import { z } from 'zod';
import {
  createChanges,
  EditError,
  edgePath,
  moduleNamed,
  nodePath,
  nodeWithId,
  pointOf,
  type Changes,
  type Point,
} from './changes.ts';
import { assetsOf, carryAssets, withCarried } from './carried.ts';
import { edgeKey, equal } from './diff.ts';
import { insertDecorations, type DecorationRef } from './edit-decorations.ts';
import { count, type Edit } from './edit.ts';
import { lazily } from './lazily.ts';
import { JsonError, parseJson } from './json.ts';
import { calleeOf, closureOf, contains, finder } from './modules.ts';
import { freeName } from './names.ts';
import { namespaceOf } from './ports.ts';
import { without } from './records.ts';
import { FORMAT_VERSION, isInstance, schemas, type GraphModule, type PatchbayDocument } from './schema.ts';
import { duplicates } from './validate.ts';

const clipboard = lazily(() => {
  const { node, edge, frame, note, module, asset } = schemas();
  return z.object({
    format: z.literal('patchbay-clipboard'),
    version: z.literal(FORMAT_VERSION),
    nodes: z.array(node),
    edges: z.array(edge),
    frames: z.array(frame).default([]),
    notes: z.array(note).default([]),
    /** Name of the module that they were copied from, and the wires from its other nodes: for a paste that keeps them. */
    from: z.string().default(''),
    incoming: z.array(edge).default([]),
    /** Those that the nodes are instances of, and those that these need. */
    modules: z.array(module),
    assets: z.array(asset),
  });
});

export type ClipboardPayload = z.infer<ReturnType<typeof clipboard>>;

/**
 * The selected nodes, the wires between them, and what they need; notes and frames beside.
 * @throws {EditError} if a node does not exist.
 */
export function copySelection(
  document: PatchbayDocument,
  moduleName: string,
  nodeIds: readonly string[],
  decorations: readonly DecorationRef[] = [],
): ClipboardPayload {
  const module = moduleNamed(document, moduleName);
  for (const id of nodeIds) nodeWithId(module, id);
  const ids = new Set(nodeIds);
  const nodes = module.nodes.filter(({ id }) => ids.has(id));
  const modules = closureOf(
    nodes.map(calleeOf).filter((name) => name !== undefined),
    finder(document),
  );
  return {
    format: 'patchbay-clipboard',
    version: FORMAT_VERSION,
    nodes,
    edges: module.edges.filter(({ from, to }) => ids.has(from[0]) && ids.has(to[0])),
    frames: (module.frames ?? []).filter(({ id }) => holds(decorations, 'frame', id)),
    notes: (module.notes ?? []).filter(({ id }) => holds(decorations, 'note', id)),
    from: moduleName,
    incoming: module.edges.filter(({ from, to }) => !ids.has(from[0]) && ids.has(to[0])),
    modules,
    assets: assetsOf(document, [...nodes, ...modules.flatMap((needed) => needed.nodes)]),
  };
}

function holds(refs: readonly DecorationRef[], kind: DecorationRef['kind'], id: string): boolean {
  return refs.some((ref) => ref.kind === kind && ref.id === id);
}

/** The payload in a text; undefined if the text is something else. */
export function parseClipboard(text: string): ClipboardPayload | undefined {
  if (!text.includes('patchbay-clipboard')) return undefined;
  try {
    const result = clipboard().safeParse(parseJson(text));
    if (!result.success) return undefined;
    const { nodes, edges, frames, notes, modules, assets } = result.data;
    if (nodes.length + frames.length + notes.length === 0) return undefined;
    const holder = { name: ' ', hyperparameters: [], nodes, edges, frames, notes };
    const whole = {
      format: 'patchbay' as const,
      version: FORMAT_VERSION,
      seed: 0,
      main: '',
      presets: [],
      modules: [holder, ...modules],
      assets,
    };
    return duplicates(whole) ? undefined : result.data;
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

export interface Pasted extends Edit {
  /** Notes and frames that came; the nodes are those of its place. */
  readonly decorations: readonly DecorationRef[];
}

/**
 * Pastes into a module, the topmost left corner at `at`. Names and ids that are taken get a number; modules come
 * along, under another name where the document has a different one of theirs.
 * @param keepIncoming Wires from nodes that were not copied come along, in the module that they were copied from.
 * @throws {EditError} if a module would contain itself.
 */
export function paste(
  document: PatchbayDocument,
  moduleName: string,
  payload: ClipboardPayload,
  at: Point,
  keepIncoming = false,
): Pasted {
  const changes = createChanges(document);
  const assetNames = carryAssets(changes, payload.assets);
  const moduleNames = pasteModules(changes, payload, assetNames);
  const find = finder(changes.document());
  const all = [...payload.nodes, ...payload.notes, ...payload.frames];
  const left = Math.min(...all.map(({ position }) => position[0]));
  const top = Math.min(...all.map(({ position }) => position[1]));
  const moved = ([x, y]: Point): [number, number] => pointOf([at[0] + x - left, at[1] + y - top]);
  const { nodes } = moduleNamed(document, moduleName);
  const takenIds = new Set(nodes.map(({ id }) => id));
  const takenNames = new Set(nodes.map((one) => `${namespaceOf(one)} ${one.name}`));
  const ids = new Map<string, string>();
  for (const original of payload.nodes) {
    const renamed = withCarried(original, moduleNames, assetNames);
    if (isInstance(renamed) && contains(find, renamed.module, moduleName))
      throw new EditError(`${moduleName} cannot be pasted into itself: ${renamed.module} contains it`);
    const space = `${namespaceOf(renamed)} `;
    const name = freeName((wanted) => takenNames.has(space + wanted), renamed.name);
    const id = freeName((wanted) => takenIds.has(wanted), name);
    takenNames.add(space + name);
    takenIds.add(id);
    ids.set(original.id, id);
    changes.insert(nodePath(moduleName, id), { ...renamed, id, name, position: moved(original.position) });
  }
  // Ids say nothing about nodes of another module.
  const keeps = keepIncoming && payload.from === moduleName;
  const present = new Set(nodes.map(({ id }) => id));
  const incoming = keeps ? payload.incoming.filter(({ from }) => present.has(from[0])) : [];
  const wires = [
    ...payload.edges.map(({ reroutes, ...wire }) => {
      return { ...wire, ...(reroutes && { reroutes: reroutes.map(moved) }), source: ids.get(wire.from[0]) };
    }),
    // One that comes from afar goes straight: the points that it was led through lie elsewhere.
    ...incoming.map((wire) => ({ ...without(wire, 'reroutes'), source: wire.from[0] })),
  ];
  for (const { from, to, source, ...rest } of wires) {
    const target = ids.get(to[0]);
    if (source === undefined || target === undefined) continue;
    const wire = { ...rest, from: [source, from[1]] as [string, string], to: [target, to[1]] as [string, string] };
    changes.insert(edgePath(moduleName, edgeKey(wire)), wire);
  }
  const decorations = insertDecorations(changes, moduleName, {
    frames: payload.frames.map((one) => ({ ...one, position: moved(one.position) })),
    notes: payload.notes.map((one) => ({ ...one, position: moved(one.position) })),
  });
  return {
    title: `Paste ${countSelection(payload.nodes.length, decorations.length)}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds: [...ids.values()] },
    decorations,
  };
}

/** `2 nodes and 1 note or frame`. */
export function countSelection(nodes: number, decorations: number): string {
  const others = decorations === 1 ? '1 note or frame' : `${decorations} notes and frames`;
  if (decorations === 0) return count(nodes, 'node');
  return nodes === 0 ? others : `${count(nodes, 'node')} and ${others}`;
}

/** Adds the modules that the document lacks. @returns what each is called there. */
function pasteModules(
  changes: Changes,
  { modules }: ClipboardPayload,
  assetNames: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  // Each after those that it needs, so that their new names are known.
  const ordered = closureOf(
    modules.map(({ name }) => name),
    (name) => modules.find((module) => module.name === name),
  );
  for (const module of ordered) {
    const document = changes.document();
    const renamed: GraphModule = { ...module, nodes: module.nodes.map((one) => withCarried(one, names, assetNames)) };
    const there = document.modules.find(({ name }) => name === module.name);
    if (there && equal(there, renamed)) {
      names.set(module.name, module.name);
      continue;
    }
    const name = freeName((wanted) => document.modules.some((one) => one.name === wanted), module.name);
    names.set(module.name, name);
    changes.insert(['modules', name], { ...renamed, name });
  }
  return names;
}
