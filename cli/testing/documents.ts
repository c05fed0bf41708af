/** Small documents for the tests of the command line. */
import { formatDocument } from '../../graph/file.ts';
import type { Edge, GraphNode, PatchbayDocument } from '../../graph/schema.ts';

/** A node of the main module; its id is its name. */
export function node(name: string, type: string, params: GraphNode['params'] = {}): GraphNode {
  return { id: name, name, type, params, position: [0, 0] };
}

/** `wire('a.output', 'b.input')`. */
export function wire(from: string, to: string): Edge {
  return { from: from.split('.') as [string, string], to: to.split('.') as [string, string] };
}

export function document(nodes: GraphNode[], edges: Edge[], more: Partial<PatchbayDocument> = {}): PatchbayDocument {
  return {
    format: 'patchbay',
    version: 1,
    seed: 0,
    main: 'Main',
    presets: [],
    modules: [
      {
        name: 'Main',
        hyperparameters: [{ name: 'width', type: 'int', default: 4 }],
        sizes: [{ name: 'batch', default: 2 }],
        nodes,
        edges,
      },
    ],
    assets: [],
    ...more,
  };
}

/** Random numbers [batch, width] through one linear layer: `x`, `layer`, `y`. */
export const LINEAR = document(
  [
    node('x', 'random_tensor', { shape: 'batch, width' }),
    node('layer', 'linear', { in_features: 'width', out_features: 3 }),
    node('y', 'output'),
  ],
  [wire('x.output', 'layer.input'), wire('layer.output', 'y.input')],
);

/** The layer wants another width than it gets. */
export const WRONG_SHAPE = document(
  [
    node('x', 'random_tensor', { shape: 'batch, width' }),
    node('layer', 'linear', { in_features: 5, out_features: 3 }),
    node('y', 'output'),
  ],
  [wire('x.output', 'layer.input'), wire('layer.output', 'y.input')],
);

/** Two sums that feed each other. */
export const CYCLE = document(
  [
    node('x', 'random_tensor', { shape: 'batch, width' }),
    node('first', 'add'),
    node('second', 'add'),
    node('y', 'output'),
  ],
  [
    wire('x.output', 'first.a'),
    wire('second.output', 'first.b'),
    wire('x.output', 'second.a'),
    wire('first.output', 'second.b'),
    wire('second.output', 'y.input'),
  ],
);

/** A picture input as it is; `images` names the document's assets. */
export function pictureDocument(images: string, assets: PatchbayDocument['assets']): PatchbayDocument {
  return document(
    [node('photo', 'image_input', { images, height: 8, width: 8 }), node('y', 'output')],
    [wire('photo.output', 'y.input')],
    { assets },
  );
}

export function textOf(value: PatchbayDocument): string {
  return formatDocument(value);
}
