/** Which tensor a port on the canvas carries, and what is known of it: from the open instance, never from the definition. */
import {
  childPath,
  portPath,
  type Inference,
  type Instance,
  type InstancePath,
  type InstanceTree,
  type LeafInstance,
  type PortPath,
  type Source,
} from '../../graph/instance.ts';
import type { Flow, PortType } from '../../graph/signature.ts';
import type { NodeView, PortView, Side } from './node-view.ts';

/** The instance of which a node on the canvas shows the values: of a stack, the layer that is chosen. */
export function shownInstance(
  tree: InstanceTree,
  openPath: InstancePath,
  view: Pick<NodeView, 'id' | 'name'>,
  layerOf: Readonly<Record<InstancePath, number>>,
): Instance | undefined {
  const instance = nodeInstance(tree, openPath, view);
  if (instance?.kind !== 'stack') return instance;
  return instance.layers[shownLayer(instance.path, instance.layers.length, layerOf)] ?? instance;
}

/** The instance that a node of the open module is; undefined for an output, which may have the name of an instance. */
export function nodeInstance(
  tree: InstanceTree,
  openPath: InstancePath,
  { id, name }: Pick<NodeView, 'id' | 'name'>,
): Instance | undefined {
  const instance = tree.byPath.get(childPath(openPath, name));
  return instance?.place?.nodeId === id ? instance : undefined;
}

/** The layer that is chosen of a stack, within its number of layers. */
export function shownLayer(
  path: InstancePath,
  layers: number,
  layerOf: Readonly<Record<InstancePath, number>>,
): number {
  return Math.max(0, Math.min(layerOf[path] ?? 0, layers - 1));
}

/** A port node of a module that is not the root is no instance: it shows the module's own port. */
function modulePort(view: NodeView): Side | null {
  return view.kind === 'leaf' && (view.type === 'input' || view.type === 'output') ? view.type : null;
}

/** Type of a port on the canvas, if known. */
export function portType(
  tree: InstanceTree,
  inference: Inference,
  openPath: InstancePath,
  view: NodeView,
  port: { readonly side: Side; readonly name: string },
  layerOf: Readonly<Record<InstancePath, number>>,
): PortType | undefined {
  const instance = shownInstance(tree, openPath, view, layerOf);
  const types = port.side === 'input' ? inference.inputs : inference.outputs;
  const known = instance && types.get(portPath(instance.path, port.name));
  if (known) return known;
  const own = modulePort(view);
  if (own === null) return undefined;
  return (own === 'input' ? inference.inputs : inference.outputs).get(portPath(openPath, view.name));
}

/** The leaf output behind a port on the canvas; undefined where nothing is wired. */
export function portSource(
  tree: InstanceTree,
  openPath: InstancePath,
  view: NodeView,
  port: { readonly side: Side; readonly name: string },
  layerOf: Readonly<Record<InstancePath, number>>,
): Source | undefined {
  const instance = shownInstance(tree, openPath, view, layerOf);
  if (instance !== undefined) {
    if (port.side === 'input') return instance.inputs[port.name];
    return instance.kind === 'leaf' ? { path: instance.path, port: port.name } : instance.outputs[port.name];
  }
  const own = modulePort(view);
  const open = tree.byPath.get(openPath);
  if (own === null || open === undefined || open.kind === 'leaf') return undefined;
  return own === 'input' ? open.inputs[view.name] : open.outputs[view.name];
}

/** The port whose value a node shows: attention where the record says so, else the first output, else the first input. */
export function shownPort({ inputs, outputs, preview }: NodeView): PortView | null {
  const attention = preview === 'attention' ? outputs.find(({ flow }) => flow === 'attention') : undefined;
  return attention ?? outputs[0] ?? inputs[0] ?? null;
}

/** What flows at a port, for its colour: as inferred, else as the record says, else plain numbers. */
export function flowOf(
  view: NodeView,
  port: { readonly side: Side; readonly name: string },
  type: PortType | undefined,
): Flow {
  if (type) return type.flow;
  const ports = port.side === 'input' ? view.inputs : view.outputs;
  return ports.find(({ name }) => name === port.name)?.flow ?? 'tensor';
}

/** The path under which the session knows the value of a port on the canvas; undefined where nothing is wired. */
export function valuePath(
  tree: InstanceTree,
  openPath: InstancePath,
  view: NodeView,
  port: { readonly side: Side; readonly name: string },
  layerOf: Readonly<Record<InstancePath, number>>,
): PortPath | undefined {
  const instance = shownInstance(tree, openPath, view, layerOf);
  if (instance !== undefined && port.side === 'output') return portPath(instance.path, port.name);
  if (instance === undefined && modulePort(view) === 'output') return portPath(openPath, view.name);
  // What enters is what leaves somewhere upstream.
  const source = portSource(tree, openPath, view, port, layerOf);
  return source && portPath(source.path, source.port);
}

/** The image input upstream of a value, along first inputs first; undefined if it does not come from a picture. */
export function pictureBehind(tree: InstanceTree, source: Source): LeafInstance | undefined {
  const seen = new Set<InstancePath>();
  const waiting = [source.path];
  while (waiting.length > 0) {
    const path = waiting.shift()!;
    if (seen.has(path)) continue;
    seen.add(path);
    const instance = tree.byPath.get(path);
    if (instance?.kind !== 'leaf') continue;
    if (instance.type === 'image_input') return instance;
    waiting.push(...Object.values(instance.inputs).map((input) => input.path));
  }
  return undefined;
}
