/**
 * The values that contrastive losses compare, as outputs of the modules that they are inside of: what a class of the export
 * gives as `features`, so that processes can exchange them before any two samples meet.
 */
import { childPath, portPath, type Inference, type InstancePath, type Source } from '../../../graph/instance.ts';
import { isInput, isOutput, OUTPUT_NODE_PORT } from '../../../graph/ports.ts';
import { IDENTIFIER, type Edge, type GraphModule, type GraphNode } from '../../../graph/schema.ts';
import type { PortType } from '../../../graph/signature.ts';
import type { ExportSource } from '../../target.ts';
import { Names } from '../names.ts';

/** A value of the main module, and what it is as a feature: `images`, `texts`, `scale`, `bias`. */
export interface Feature {
  readonly name: string;
  readonly value: Source;
}

export interface ExposedFeature {
  readonly name: string;
  /** Of the main module: the node and its port. */
  readonly from: Edge['from'];
  readonly type: PortType | undefined;
}

export interface ExposedFeatures {
  /** Modules below the main one may have more outputs. */
  readonly source: ExportSource;
  readonly features: readonly ExposedFeature[];
}

/** Whether a value can be an output of every module around it: those of a stack are many. */
export function canBeExposed({ tree }: ExportSource, { path }: Source): boolean {
  const around = path.split('.').map((_, index, parts) => parts.slice(0, index).join('.'));
  return around.every((outer) => outer === '' || tree.byPath.get(outer)?.kind === 'module');
}

/** @throws {TypeError} for a value that `canBeExposed` denies. */
export function exposeFeatures(source: ExportSource, features: readonly Feature[]): ExposedFeatures {
  const modules = new Map(source.document.modules.map((module) => [module.name, module]));
  const types = new Map(source.inference.outputs);
  const exposed = features.map(({ name, value }) => {
    const type = types.get(portPath(value.path, value.port));
    return { name, type, from: exposeValue(source, value, modules, types) };
  });
  const inference: Inference = { ...source.inference, outputs: types };
  const document = { ...source.document, modules: [...modules.values()] };
  return { source: { ...source, document, inference }, features: exposed };
}

/** Leads a value out to the main module. */
function exposeValue(
  { tree }: ExportSource,
  { path, port }: Source,
  modules: Map<string, GraphModule>,
  types: Map<string, PortType>,
): Edge['from'] {
  const type = types.get(portPath(path, port));
  let place = tree.byPath.get(path)!.place!;
  let from: Edge['from'] = [place.nodeId, port];
  for (let outer = around(path); outer !== ''; outer = around(outer)) {
    const instance = tree.byPath.get(outer);
    if (instance?.kind !== 'module' || !instance.place) throw new TypeError(`${outer} is no module`);
    const definition = modules.get(place.module)!;
    let output = outputOf(definition, from);
    if (output === undefined) {
      output = freeName(definition, from[0]);
      modules.set(place.module, withOutput(definition, output, from));
    }
    if (type && !types.has(portPath(outer, output))) types.set(portPath(outer, output), type);
    place = instance.place;
    from = [place.nodeId, output];
  }
  return from;
}

function around(path: InstancePath): InstancePath {
  return path.slice(0, Math.max(path.lastIndexOf('.'), 0));
}

/** The output that a value is already. */
function outputOf({ nodes, edges }: GraphModule, [id, port]: Edge['from']): string | undefined {
  const readers = edges.filter(({ from }) => from[0] === id && from[1] === port).map(({ to }) => to[0]);
  return nodes.find((node) => isOutput(node) && readers.includes(node.id))?.name;
}

/** Not that of an input either: what a stack carries has the name of both. */
function freeName({ nodes }: GraphModule, id: string): string {
  const taken = nodes.filter((node) => isOutput(node) || isInput(node)).map(({ name }) => name);
  const { name } = nodes.find((node) => node.id === id)!;
  return new Names(taken).claim(IDENTIFIER.test(name) ? name : 'feature');
}

/** A module with one more output. */
export function withOutput(module: GraphModule, name: string, from: Edge['from']): GraphModule {
  const id = childPath('features', name);
  const node: GraphNode = { id, name, type: 'output', position: [0, 0] };
  return {
    ...module,
    nodes: [...module.nodes, node],
    edges: [...module.edges, { from, to: [id, OUTPUT_NODE_PORT] }],
  };
}
