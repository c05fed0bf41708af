/**
 * What the canvas draws of a node: its ports, colour, preview and size, read from its record or, for an instance, from
 * the module it is of. A projection of the document whose parts keep their identity while what they show is the same.
 */
import type { NodeDefinition, PreviewKind, ViewKind } from '../../nodes/definition.ts';
import { attends, moduleOrigin, outputOrigin, recordPreview, type Library } from './origin.ts';
import { foreignOperator } from '../../graph/foreign.ts';
import { inputSpec, isInput, isOutput, moduleInputs, moduleOutputs } from '../../graph/ports.ts';
import {
  isInstance,
  type Edge,
  type Frame,
  type GraphModule,
  type GraphNode,
  type LibraryNode,
  type Mode,
  type Note,
  type PatchbayDocument,
} from '../../graph/schema.ts';
import type { Flow } from '../../graph/signature.ts';
import { keepFields, keepList } from '../stores/identity.ts';
import { foldedGeometry, nodeGeometry, type NodeGeometry, type NodeParts } from './geometry.ts';

export type Side = 'input' | 'output';

export interface PortView {
  readonly name: string;
  readonly side: Side;
  readonly help: string;
  readonly optional: boolean;
  /** What flows there, where the record says so; otherwise it follows from what is wired. */
  readonly flow: Flow | null;
}

/** `unknown`: its type is not known to this version; its data is kept. */
export type NodeKind = 'leaf' | 'module' | 'stack' | 'unknown';

export interface NodeView {
  readonly id: string;
  readonly name: string;
  readonly kind: NodeKind;
  /** Type name of a library node, class name of a module. */
  readonly type: string;
  /** Under the name: `Layer norm`, `VisionAttention`. */
  readonly title: string;
  readonly accent: Flow;
  readonly inputs: readonly PortView[];
  readonly outputs: readonly PortView[];
  readonly preview: PreviewKind | null;
  /** For a view node: what it makes of its inputs, in place of a preview. */
  readonly shows: ViewKind | null;
  /** Number of layers as it is written. */
  readonly repeat: number | string | null;
  /** Whether it is called (graph/modes.ts); null: it is. */
  readonly mode: Mode | null;
  /** Shown as its header alone. */
  readonly folded: boolean;
  readonly geometry: NodeGeometry;
}

export type Definitions = ReadonlyMap<string, NodeDefinition>;

/** One module as it is drawn: how its nodes look, where they lie, what is wired, and its text. */
export interface ModuleView {
  readonly nodes: readonly NodeView[];
  /** Of the upper left corner of each node, in canvas units. */
  readonly positions: readonly GraphNode['position'][];
  readonly edges: readonly Edge[];
  readonly frames: readonly Frame[];
  readonly notes: readonly Note[];
}

/**
 * @returns A function that projects a module; nodes whose record and whose module's record are unchanged since the last
 * call keep their view, and so does a module that looks as it did: most edits of parameters change nothing here.
 */
export function createProjector(definitions: Definitions): (document: PatchbayDocument, module: string) => ModuleView {
  let known: { readonly nodes: readonly GraphNode[]; readonly modules: unknown; readonly views: readonly NodeView[] } =
    {
      nodes: [],
      modules: null,
      views: [],
    };
  let shown: ModuleView | undefined;
  return (document, moduleName) => {
    const modules = new Map(document.modules.map((module) => [module.name, module]));
    const module = modules.get(moduleName) ?? document.modules[0]!;
    const before = known;
    // Most edits leave each node where it stands in the list; only others are looked for.
    let places: ReadonlyMap<string, number> | undefined;
    const placeOf = (id: string): number | undefined => {
      places ??= new Map(before.nodes.map((node, index) => [node.id, index]));
      return places.get(id);
    };
    const nodes = module.nodes.map((node, index) => {
      const at = before.nodes[index]?.id === node.id ? index : placeOf(node.id);
      const view = at === undefined ? undefined : before.views[at];
      // How instances, outputs and placeholders look is found in other nodes, modules and wires; all others by their own record.
      const alone = !isInstance(node) && !isOutput(node) && foreignOperator(node.type) === undefined;
      const lasts = before.modules === document.modules || alone;
      if (view && lasts && before.nodes[at!] === node) return view;
      return sameView(view, viewOf(node, module, { definitions, modules }));
    });
    known = { nodes: module.nodes, modules: document.modules, views: nodes };
    shown = keepFields(shown, {
      nodes: keepList(shown?.nodes, nodes),
      positions: keepList(
        shown?.positions,
        module.nodes.map(({ position }) => position),
      ),
      edges: keepList(shown?.edges, module.edges),
      frames: keepList(shown?.frames, module.frames ?? []),
      notes: keepList(shown?.notes, module.notes ?? []),
    });
    return shown;
  };
}

/**
 * The view of a node.
 * @param around The module that it stands in; null for one that is not in a document yet, as a palette entry.
 */
export function viewOf(node: GraphNode, around: GraphModule | null, library: Library): NodeView {
  const face = isInstance(node) ? moduleFace(node.module, library) : leafFace(node, around, library);
  const stack = isInstance(node) && node.repeat !== undefined;
  const kind = face === null ? 'unknown' : isInstance(node) ? (stack ? 'stack' : 'module') : 'leaf';
  const { title, accent, inputs, outputs, preview, shows } = face ?? unknownFace(node, around);
  const view = {
    id: node.id,
    name: node.name,
    kind,
    type: isInstance(node) ? node.module : node.type,
    title,
    accent,
    inputs,
    outputs,
    preview,
    shows,
    repeat: stack ? (node.repeat ?? null) : null,
    mode: node.mode ?? null,
    folded: false,
  } as const;
  return { ...view, geometry: nodeGeometry({ ...partsOf(view), chosen: node.size }) };
}

/** What the size of a node depends on. */
function partsOf({
  name,
  inputs,
  outputs,
  preview,
  shows,
  kind,
}: Omit<NodeView, 'geometry'>): Omit<NodeParts, 'chosen'> {
  const names = (ports: readonly PortView[]): readonly string[] => ports.map((port) => port.name);
  return { name, inputs: names(inputs), outputs: names(outputs), preview, shows, stack: kind === 'stack' };
}

/** The same node at another size, as it is dragged by its corner. */
export function withSize(view: NodeView, size: readonly [number, number]): NodeView {
  return { ...view, geometry: nodeGeometry({ ...partsOf(view), chosen: size }) };
}

/** The colour that marks a library node: what comes out of it, or else what it is for. */
export function accentOf(definition: NodeDefinition): Flow {
  const flow = definition.outputs.find((output) => output.flow !== undefined && output.flow !== 'tensor')?.flow;
  if (flow !== undefined) return flow;
  if (definition.preview === 'patch-grid') return 'image';
  switch (definition.category) {
    case 'loss':
      return 'loss';
    case 'view':
    case 'port':
      return 'mask';
    case 'language':
      return 'tokens';
    case 'input':
    case 'vision':
    case 'multimodal':
    case 'tensor':
    case 'math':
      return 'tensor';
    default:
      return definition.category satisfies never;
  }
}

/** The same node as its header alone. */
export function withFold(view: NodeView): NodeView {
  return { ...view, folded: true, geometry: foldedGeometry(view.geometry) };
}

type Face = Pick<NodeView, 'title' | 'accent' | 'inputs' | 'outputs' | 'preview' | 'shows'>;

function leafFace(node: LibraryNode, around: GraphModule | null, library: Library): Face | null {
  const definition = library.definitions.get(node.type);
  if (!definition) return null;
  // What an output node gives is what is wired to it.
  const origin = around && isOutput(node) ? outputOrigin(around, node, library) : null;
  return {
    title: definition.title,
    accent: isInput(node) ? (inputSpec(node, library.definitions).flow ?? 'tensor') : accentOf(definition),
    inputs: definition.inputs.map(({ name, help, optional }) => ({
      name,
      side: 'input',
      help,
      optional: optional ?? false,
      flow: null,
    })),
    outputs: definition.outputs.map(({ name, help, flow }) => ({
      name,
      side: 'output',
      help,
      optional: false,
      flow: flow ?? null,
    })),
    preview: origin?.preview ?? recordPreview(definition),
    shows: definition.view ?? null,
  };
}

/** What is not known has no ports; a placeholder for an operator of another format those that are wired. */
function unknownFace(node: GraphNode, around: GraphModule | null): Face {
  const operator = isInstance(node) ? undefined : foreignOperator(node.type);
  const ports = (side: Side, names: readonly string[]): PortView[] =>
    [...new Set(names)].map((name) => ({ name, side, help: '', optional: false, flow: null }));
  const edges = operator === undefined ? [] : (around?.edges ?? []);
  const [inputs, outputs] = [
    edges.filter(({ to }) => to[0] === node.id).map(({ to }) => to[1]),
    edges.filter(({ from }) => from[0] === node.id).map(({ from }) => from[1]),
  ];
  return {
    title: operator === undefined ? 'Unknown type' : `Placeholder for ${operator}`,
    accent: 'mask',
    inputs: ports('input', inputs),
    outputs: ports('output', outputs),
    preview: null,
    shows: null,
  };
}

function moduleFace(name: string, library: Library): Face | null {
  const module = library.modules.get(name);
  if (!module) return null;
  const origin = moduleOrigin(module, library);
  return {
    title: name,
    accent: attends(module, library) ? 'attention' : origin === null ? 'tensor' : accentOf(origin.definition),
    inputs: moduleInputs(module, library.definitions).map(({ name, shape, optional, flow }) => ({
      name,
      side: 'input',
      help: shape,
      optional,
      flow: flow ?? null,
    })),
    outputs: moduleOutputs(module).map(({ name }) => ({ name, side: 'output', help: '', optional: false, flow: null })),
    preview: origin?.preview ?? 'heatmap',
    shows: null,
  };
}

function sameView(before: NodeView | undefined, after: NodeView): NodeView {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(after) ? before : after;
}
