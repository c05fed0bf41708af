/**
 * What the canvas draws of a node: its ports, colour, preview and size, read from its record or, for an instance, from
 * the module it is of. A projection of the document whose parts keep their identity while what they show is the same.
 */
import type { NodeDefinition, PreviewKind } from '../../nodes/definition.ts';
import { inputSpec, isInput, isOutput, moduleInputs, moduleOutputs } from '../../graph/ports.ts';
import {
  isInstance,
  type GraphModule,
  type GraphNode,
  type LibraryNode,
  type PatchbayDocument,
} from '../../graph/schema.ts';
import type { Flow } from '../../graph/signature.ts';
import { nodeGeometry, type NodeGeometry } from './geometry.ts';

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
  /** Number of layers as it is written. */
  readonly repeat: number | string | null;
  readonly geometry: NodeGeometry;
}

export type Definitions = ReadonlyMap<string, NodeDefinition>;

/** The views of one module's nodes, and its text. */
export interface ModuleView {
  readonly module: GraphModule;
  readonly nodes: readonly NodeView[];
}

/**
 * @returns A function that projects a module; nodes whose record and whose module's record are unchanged since the last
 * call keep their view.
 */
export function createProjector(definitions: Definitions): (document: PatchbayDocument, module: string) => ModuleView {
  let known = new Map<string, { readonly node: GraphNode; readonly basis: unknown; readonly view: NodeView }>();
  return (document, moduleName) => {
    const modules = new Map(document.modules.map((module) => [module.name, module]));
    const module = modules.get(moduleName) ?? document.modules[0]!;
    const next: typeof known = new Map();
    const nodes = module.nodes.map((node) => {
      // An instance looks as its module says, which may in turn lean on other modules for its preview.
      const basis = isInstance(node) ? document.modules : definitions.get(node.type);
      const before = known.get(node.id);
      const view =
        before?.node === node && before.basis === basis
          ? before.view
          : sameView(before?.view, viewOf(node, modules, definitions));
      next.set(node.id, { node, basis, view });
      return view;
    });
    known = next;
    return { module, nodes };
  };
}

/** The view of a node that is not yet in the document, as a palette entry is dragged. */
export function viewOf(node: GraphNode, modules: ReadonlyMap<string, GraphModule>, definitions: Definitions): NodeView {
  const face = isInstance(node) ? moduleFace(node.module, modules, definitions) : leafFace(node, definitions);
  const stack = isInstance(node) && node.repeat !== undefined;
  const kind = face === null ? 'unknown' : isInstance(node) ? (stack ? 'stack' : 'module') : 'leaf';
  const { title, accent, inputs, outputs, preview } = face ?? {
    title: 'Unknown type',
    accent: 'mask' as const,
    inputs: [],
    outputs: [],
    preview: null,
  };
  return {
    id: node.id,
    name: node.name,
    kind,
    type: isInstance(node) ? node.module : node.type,
    title,
    accent,
    inputs,
    outputs,
    preview,
    repeat: stack ? (node.repeat ?? null) : null,
    geometry: nodeGeometry({
      name: node.name,
      inputs: inputs.map(({ name }) => name),
      outputs: outputs.map(({ name }) => name),
      preview,
      stack,
      chosen: node.size,
    }),
  };
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

type Face = Pick<NodeView, 'title' | 'accent' | 'inputs' | 'outputs' | 'preview'>;

function leafFace(node: LibraryNode, definitions: Definitions): Face | null {
  const definition = definitions.get(node.type);
  if (!definition) return null;
  return {
    title: definition.title,
    accent: isInput(node) ? (inputSpec(node, definitions).flow ?? 'tensor') : accentOf(definition),
    inputs: definition.inputs.map(({ name, help, optional }) => ({
      name,
      side: 'input',
      help,
      optional: optional ?? false,
      flow: null,
    })),
    // What an output node gives leaves the module: inside, there is nothing to wire it to.
    outputs: isOutput(node)
      ? []
      : definition.outputs.map(({ name, help, flow }) => ({
          name,
          side: 'output',
          help,
          optional: false,
          flow: flow ?? null,
        })),
    preview: leafPreview(definition),
  };
}

/** Weights that say how much each position counts are shown as attention, whatever makes them. */
function leafPreview({ preview, outputs }: NodeDefinition): PreviewKind {
  return outputs.some(({ flow }) => flow === 'attention') ? 'attention' : (preview ?? 'heatmap');
}

function moduleFace(name: string, modules: ReadonlyMap<string, GraphModule>, definitions: Definitions): Face | null {
  const module = modules.get(name);
  if (!module) return null;
  const first = firstResult(module, modules, definitions, new Set());
  return {
    title: name,
    accent: moduleAccent(module, definitions, modules, first),
    inputs: moduleInputs(module, definitions).map(({ name, shape, optional, flow }) => ({
      name,
      side: 'input',
      help: shape,
      optional,
      flow: flow ?? null,
    })),
    outputs: moduleOutputs(module).map(({ name }) => ({ name, side: 'output', help: '', optional: false, flow: null })),
    preview: first?.preview ?? 'heatmap',
  };
}

/** Attention if anything inside attends; else as the node that makes its first output. */
function moduleAccent(
  module: GraphModule,
  definitions: Definitions,
  modules: ReadonlyMap<string, GraphModule>,
  first: NodeDefinition | null,
): Flow {
  return attends(module, definitions, modules, new Set()) ? 'attention' : first === null ? 'tensor' : accentOf(first);
}

function attends(
  module: GraphModule,
  definitions: Definitions,
  modules: ReadonlyMap<string, GraphModule>,
  seen: Set<string>,
): boolean {
  if (seen.has(module.name)) return false;
  seen.add(module.name);
  return module.nodes.some((node) => {
    if (!isInstance(node)) return definitions.get(node.type)?.outputs.some(({ flow }) => flow === 'attention') ?? false;
    const inner = modules.get(node.module);
    return inner !== undefined && attends(inner, definitions, modules, seen);
  });
}

/**
 * The library node that says how a module's first output is best shown: upstream along first inputs, past nodes that
 * have nothing better than a heat map. Null if there is none before the module's own input.
 */
function firstResult(
  module: GraphModule,
  modules: ReadonlyMap<string, GraphModule>,
  definitions: Definitions,
  seen: Set<string>,
): NodeDefinition | null {
  if (seen.has(module.name)) return null;
  seen.add(module.name);
  let at: GraphNode | undefined = module.nodes.find(isOutput);
  const visited = new Set<string>();
  while (at !== undefined && !visited.has(at.id)) {
    visited.add(at.id);
    const { id } = at;
    const ports = isInstance(at) ? [] : (definitions.get(at.type)?.inputs ?? []);
    const first = ports.map(({ name }) => module.edges.find(({ to }) => to[0] === id && to[1] === name)).find(Boolean);
    at = first && module.nodes.find((node) => node.id === first.from[0]);
    if (at === undefined) return null;
    if (isInstance(at)) {
      const inner = modules.get(at.module);
      return inner ? firstResult(inner, modules, definitions, seen) : null;
    }
    const definition = definitions.get(at.type);
    if (definition?.preview !== undefined && definition.preview !== 'heatmap') return definition;
  }
  return null;
}

function sameView(before: NodeView | undefined, after: NodeView): NodeView {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(after) ? before : after;
}
