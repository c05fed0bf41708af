/** Documents for tests, written short: `node('q', 'linear', {…})`, `wire('x.output', 'q.input')`. */
import { FORMAT_VERSION, type Edge, type GraphModule, type GraphNode, type PatchbayDocument } from '../schema.ts';

type Params = NonNullable<GraphNode['params']>;

export function node(name: string, type: string, params?: Params, more: Partial<GraphNode> = {}): GraphNode {
  return { id: name, name, type, ...(params && { params }), position: [0, 0], ...more };
}

export function instance(name: string, module: string, params?: Params, more: Record<string, unknown> = {}): GraphNode {
  return { id: name, name, module, ...(params && { params }), position: [0, 0], ...more };
}

export function wire(from: string, to: string): Edge {
  return { from: from.split('.') as [string, string], to: to.split('.') as [string, string] };
}

export function module(name: string, parts: Partial<GraphModule>): GraphModule {
  return { name, hyperparameters: [], nodes: [], edges: [], ...parts };
}

export function int(
  name: string,
  standard: number | string,
  more: Record<string, unknown> = {},
): GraphModule['hyperparameters'][number] {
  return { name, type: 'int', default: standard, ...more };
}

export function documentOf(modules: readonly GraphModule[], more: Partial<PatchbayDocument> = {}): PatchbayDocument {
  return {
    format: 'patchbay',
    version: FORMAT_VERSION,
    seed: 0,
    main: modules[0]!.name,
    presets: [],
    modules: [...modules],
    assets: [],
    ...more,
  };
}

/** A block that hands `hidden_states` through two linears, and carries it from layer to layer. */
export const BLOCK: GraphModule = module('Block', {
  hyperparameters: [
    int('embed_dim', 8, { minimum: 1 }),
    int('num_heads', 2, { minimum: 1 }),
    { name: 'ratio', type: 'float', default: 4 },
  ],
  requires: [{ expression: 'embed_dim % num_heads == 0' }],
  nodes: [
    node('hidden_states_in', 'input', { shape: 'batch patches embed_dim' }, { name: 'hidden_states' }),
    node('fc1', 'linear', { in_features: 'embed_dim', out_features: 'int(embed_dim * ratio)' }),
    node('fc2', 'linear', { in_features: 'int(embed_dim * ratio)', out_features: 'embed_dim' }),
    node('sum', 'add'),
    node('hidden_states_out', 'output', undefined, { name: 'hidden_states' }),
  ],
  edges: [
    wire('hidden_states_in.output', 'fc1.input'),
    wire('fc1.output', 'fc2.input'),
    wire('fc2.output', 'sum.a'),
    wire('hidden_states_in.output', 'sum.b'),
    wire('sum.output', 'hidden_states_out.input'),
  ],
});

/** A source, a stack of blocks and an output, with hyperparameters, a size and presets. */
export function stackDocument(more: Partial<GraphModule> = {}): PatchbayDocument {
  const main = module('Model', {
    hyperparameters: [int('embed_dim', 16), int('num_heads', 4), int('depth', 3, { minimum: 0, maximum: 100 })],
    sizes: [{ name: 'batch', default: 2 }],
    nodes: [
      node('pixel_values', 'random_tensor', { shape: 'batch, patches=5, embed_dim' }),
      instance('blocks', 'Block', { embed_dim: 'embed_dim', num_heads: 'num_heads' }, { repeat: 'depth' }),
      node('norm', 'layer_norm', { normalized_shape: 'embed_dim' }),
      node('features', 'output'),
    ],
    edges: [
      wire('pixel_values.output', 'blocks.hidden_states'),
      wire('blocks.hidden_states', 'norm.input'),
      wire('norm.output', 'features.input'),
    ],
    ...more,
  });
  return documentOf([main, BLOCK], {
    presets: [
      { name: 'live', values: { depth: 1 } },
      { name: 'large', values: { embed_dim: 32, batch: 3 } },
    ],
  });
}
