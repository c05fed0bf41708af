/**
 * Where a value gets its meaning, found in the definitions: upstream past nodes whose output is "as the first input",
 * through the outputs of modules. It says how the value is best shown, before any shape is known.
 */
import { isInput, isOutput } from '../../graph/ports.ts';
import { isInstance, type GraphModule, type GraphNode } from '../../graph/schema.ts';
import type { NodeDefinition, PreviewKind } from '../../nodes/definition.ts';

export interface Library {
  readonly definitions: ReadonlyMap<string, NodeDefinition>;
  readonly modules: ReadonlyMap<string, GraphModule>;
}

export interface Origin {
  readonly definition: NodeDefinition;
  readonly preview: PreviewKind;
}

/** The origin of what is wired to an output node. Null where it is the module's own input, or nothing is wired. */
export function outputOrigin(module: GraphModule, output: GraphNode, library: Library): Origin | null {
  return upstream(module, output, library, new Set());
}

/** The origin of a module's first output. */
export function moduleOrigin(module: GraphModule, library: Library): Origin | null {
  const output = module.nodes.find(isOutput);
  return output ? outputOrigin(module, output, library) : null;
}

/** How a record's own output is shown: weights that say how much each position counts as attention. */
export function recordPreview({ preview, outputs }: NodeDefinition, port?: string): PreviewKind {
  const relevant = port === undefined ? outputs : outputs.filter(({ name }) => name === port);
  if (relevant.some(({ flow }) => flow === 'attention')) return 'attention';
  // The other outputs of a node that attends are no attention.
  if (port !== undefined && preview === 'attention') return 'heatmap';
  return preview ?? 'heatmap';
}

/** True if anything inside attends. */
export function attends(module: GraphModule, library: Library, seen: Set<string> = new Set()): boolean {
  if (seen.has(module.name)) return false;
  seen.add(module.name);
  return module.nodes.some((node) => {
    if (!isInstance(node)) {
      return library.definitions.get(node.type)?.outputs.some(({ flow }) => flow === 'attention') ?? false;
    }
    const inner = library.modules.get(node.module);
    return inner !== undefined && attends(inner, library, seen);
  });
}

/** Follows the wire into the first wired input of a node. `seen` stops at cycles of wires and of modules. */
function upstream(module: GraphModule, node: GraphNode, library: Library, seen: Set<string>): Origin | null {
  const key = `${module.name}/${node.id}`;
  if (seen.has(key)) return null;
  seen.add(key);
  const inputs = isInstance(node) ? [] : (library.definitions.get(node.type)?.inputs ?? []);
  const edge = inputs
    .map(({ name }) => module.edges.find(({ to }) => to[0] === node.id && to[1] === name))
    .find((candidate) => candidate !== undefined);
  const source = edge && module.nodes.find(({ id }) => id === edge.from[0]);
  if (!source || isInput(source)) return null;
  const port = edge.from[1];
  if (isInstance(source)) {
    const inner = library.modules.get(source.module);
    const output = inner?.nodes.find((candidate) => isOutput(candidate) && candidate.name === port);
    return inner && output ? upstream(inner, output, library, seen) : null;
  }
  const definition = library.definitions.get(source.type);
  if (!definition) return null;
  const meaning = definition.outputs.find(({ name }) => name === port)?.flow;
  if (meaning === undefined) return upstream(module, source, library, seen);
  const preview = recordPreview(definition, port);
  // A text is written on its own node; elsewhere its ids are numbers.
  return { definition, preview: preview === 'text' ? 'statistics' : preview };
}
