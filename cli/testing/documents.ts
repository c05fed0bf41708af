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

/**
 * A language model of one attention that sees a picture's features; it is oracle/generation.py's, wired: `image_features`
 * [batch, image_tokens, num_features] and `input_ids` in, `logits` out, and `write` generates.
 */
export const LANGUAGE_MODEL: PatchbayDocument = ofSizes(
  document(
    [
      node('image_features', 'random_tensor', { shape: 'batch, image_tokens, num_features' }),
      node('input_ids', 'token_input', { batch: 'batch', length: 'text_len', vocab_size: 'vocab_size' }),
      node('image_projection', 'linear', { in_features: 'num_features', out_features: 'embed_dim' }),
      node('embedding', 'embedding', { num_embeddings: 'vocab_size', embedding_dim: 'embed_dim' }),
      node('query', 'linear', { in_features: 'embed_dim', out_features: 'embed_dim' }),
      node('sequence', 'concat'),
      node('attention', 'scaled_dot_product_attention'),
      node('lm_head', 'linear', { in_features: 'embed_dim', out_features: 'vocab_size' }),
      node('logits', 'output'),
      node('write', 'generate', { tokens: 4 }),
    ],
    [
      wire('image_features.output', 'image_projection.input'),
      wire('input_ids.ids', 'embedding.ids'),
      wire('embedding.output', 'query.input'),
      wire('image_projection.output', 'sequence.a'),
      wire('embedding.output', 'sequence.b'),
      wire('query.output', 'attention.query'),
      wire('sequence.output', 'attention.key'),
      wire('sequence.output', 'attention.value'),
      wire('attention.output', 'lm_head.input'),
      wire('lm_head.output', 'logits.input'),
      wire('lm_head.output', 'write.logits'),
      wire('input_ids.ids', 'write.input_ids'),
    ],
  ),
  { vocab_size: 128, embed_dim: 16, num_features: 8 },
  { batch: 1, text_len: 6, image_tokens: 4 },
);

/** The document with these hyperparameters and sizes of its main module instead. */
function ofSizes(
  value: PatchbayDocument,
  hyperparameters: Readonly<Record<string, number>>,
  sizes: Readonly<Record<string, number>>,
): PatchbayDocument {
  const [main] = value.modules;
  return {
    ...value,
    modules: [
      {
        ...main!,
        hyperparameters: Object.entries(hyperparameters).map(([name, standard]) => ({
          name,
          type: 'int' as const,
          default: standard,
        })),
        sizes: Object.entries(sizes).map(([name, standard]) => ({ name, default: standard })),
      },
    ],
  };
}
