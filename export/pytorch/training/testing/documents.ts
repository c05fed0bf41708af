/** For tests: small graphs with losses. */
import type { Edge, GraphNode, PatchbayDocument } from '../../../../graph/schema.ts';
import { MODULES } from '../../../../nodes/modules/registry.ts';

/** A node of the main module; its id is its name. */
export function node(name: string, type: string, params: GraphNode['params'] = {}): GraphNode {
  return { id: name, name, type, params, position: [0, 0] };
}

/** `wire('a.output', 'b.input')`. */
export function wire(from: string, to: string): Edge {
  return { from: from.split('.') as [string, string], to: to.split('.') as [string, string] };
}

export function graphOf(nodes: GraphNode[], edges: Edge[], batch = 4): PatchbayDocument {
  return {
    format: 'patchbay',
    version: 1,
    seed: 0,
    main: 'Main',
    presets: [],
    modules: [{ name: 'Main', hyperparameters: [], sizes: [{ name: 'batch', default: batch }], nodes, edges }],
    assets: [],
  };
}

/** Random vectors through a layer and dropout: the mean of squares is the loss. */
export function regression(dropout: number, width = 5): PatchbayDocument {
  return graphOf(
    [
      node('x', 'random_tensor', { shape: 'batch, 6' }),
      node('layer', 'linear', { in_features: 6, out_features: width }),
      node('dropout', 'dropout', { p: dropout }),
      node('square', 'multiply'),
      node('average', 'mean', { all: true }),
      node('loss', 'output'),
      // Nothing teaches this one.
      node('idle', 'linear', { in_features: 6, out_features: 2 }),
      node('other', 'output'),
    ],
    [
      wire('x.output', 'layer.input'),
      wire('layer.output', 'dropout.input'),
      wire('dropout.output', 'square.a'),
      wire('dropout.output', 'square.b'),
      wire('square.output', 'average.input'),
      wire('average.output', 'loss.input'),
      wire('x.output', 'idle.input'),
      wire('idle.output', 'other.input'),
    ],
  );
}

/** Pictures against vectors that all share: which of three classes is it? */
export const CLASSIFIER = graphOf(
  [
    node('picture', 'image_input', { batch: 'batch', height: 8, width: 8, channels: 1 }),
    node('labels', 'input', { shape: 'batch', dtype: 'i32' }),
    node('classes', 'random_tensor', { shape: 'classes=3, 5' }),
    node('pixels', 'flatten'),
    node('layer', 'linear', { in_features: 64, out_features: 5 }),
    node('columns', 'transpose'),
    node('scores', 'matmul'),
    node('surprise', 'cross_entropy'),
    node('loss', 'output'),
  ],
  [
    wire('picture.output', 'pixels.input'),
    wire('pixels.output', 'layer.input'),
    wire('classes.output', 'columns.input'),
    wire('layer.output', 'scores.a'),
    wire('columns.output', 'scores.b'),
    wire('scores.output', 'surprise.logits'),
    wire('labels.output', 'surprise.labels'),
    wire('surprise.loss', 'loss.input'),
  ],
);

/** Pictures, captions and a number each; every sample is set against the others before there is a loss. */
export const JOINT = graphOf(
  [
    node('picture', 'image_input', { batch: 'batch', height: 8, width: 8, channels: 1 }),
    node('title', 'token_input', { batch: 'batch', tokenizer: 'bytes', length: 6 }),
    node('score', 'input', { shape: 'batch' }),
    node('table', 'embedding', { num_embeddings: 256, embedding_dim: 3 }),
    node('pixels', 'flatten'),
    node('layer', 'linear', { in_features: 64, out_features: 3 }),
    node('words', 'mean', { dim: 1 }),
    node('both', 'multiply'),
    node('competition', 'softmax', { dim: 0 }),
    node('strength', 'mean', { dim: 1 }),
    node('error', 'subtract'),
    node('average', 'mean', { all: true }),
    node('loss', 'output'),
  ],
  [
    wire('picture.output', 'pixels.input'),
    wire('pixels.output', 'layer.input'),
    wire('title.ids', 'table.ids'),
    wire('table.output', 'words.input'),
    wire('layer.output', 'both.a'),
    wire('words.output', 'both.b'),
    wire('both.output', 'competition.input'),
    wire('competition.output', 'strength.input'),
    wire('strength.output', 'error.a'),
    wire('score.output', 'error.b'),
    wire('error.output', 'average.input'),
    wire('average.output', 'loss.input'),
  ],
);

/** Scores made in three ways, each for a loss: divided by a parameter, with a bias; ten times; the other way round. And a mean. */
export const COMPARISONS: PatchbayDocument = withModules(
  graphOf(
    [
      node('a', 'random_tensor', { shape: 'batch, 6' }),
      node('b', 'random_tensor', { shape: 'batch, 6', seed: 2 }),
      node('left', 'linear', { in_features: 6, out_features: 5 }),
      node('right', 'linear', { in_features: 6, out_features: 5 }),
      node('temperature', 'parameter', { value: 0.2 }),
      // As published models have it: one number, along an axis.
      node('offset', 'parameter', { value: -1.5, shape: '1' }),
      node('columns', 'transpose'),
      node('cosines', 'matmul'),
      node('divided', 'divide'),
      node('shifted', 'add'),
      node('shifted_t', 'transpose'),
      instance('sigmoid', 'SigLIPLoss'),
      node('sigmoid_loss', 'output'),
      node('tenfold', 'multiply', { value: 10 }),
      node('tenfold_t', 'transpose'),
      instance('softmax', 'ClipContrastiveLoss'),
      node('softmax_loss', 'output'),
      node('rows', 'transpose'),
      node('back', 'matmul'),
      node('back_t', 'transpose'),
      instance('reverse', 'SigLIPLoss'),
      node('reverse_loss', 'output'),
      node('square', 'multiply'),
      node('average', 'mean', { all: true }),
      node('size_loss', 'output'),
    ],
    [
      wire('a.output', 'left.input'),
      wire('b.output', 'right.input'),
      wire('right.output', 'columns.input'),
      wire('left.output', 'cosines.a'),
      wire('columns.output', 'cosines.b'),
      wire('cosines.output', 'divided.a'),
      wire('temperature.output', 'divided.b'),
      wire('offset.output', 'shifted.a'),
      wire('divided.output', 'shifted.b'),
      wire('shifted.output', 'shifted_t.input'),
      wire('shifted.output', 'sigmoid.logits_per_image'),
      wire('shifted_t.output', 'sigmoid.logits_per_text'),
      wire('sigmoid.loss', 'sigmoid_loss.input'),
      wire('cosines.output', 'tenfold.a'),
      wire('tenfold.output', 'tenfold_t.input'),
      wire('tenfold.output', 'softmax.logits_per_image'),
      wire('tenfold_t.output', 'softmax.logits_per_text'),
      wire('softmax.loss', 'softmax_loss.input'),
      wire('left.output', 'rows.input'),
      wire('right.output', 'back.a'),
      wire('rows.output', 'back.b'),
      wire('back.output', 'back_t.input'),
      wire('back_t.output', 'reverse.logits_per_image'),
      wire('back.output', 'reverse.logits_per_text'),
      wire('reverse.loss', 'reverse_loss.input'),
      wire('left.output', 'square.a'),
      wire('left.output', 'square.b'),
      wire('square.output', 'average.input'),
      wire('average.output', 'size_loss.input'),
    ],
  ),
  ['SigLIPLoss', 'ClipContrastiveLoss'],
);

/** With other names of the main module's nodes. */
export function renamed(document: PatchbayDocument, names: Readonly<Record<string, string>>): PatchbayDocument {
  const [main, ...others] = document.modules;
  const nodes = main!.nodes.map((known) => ({ ...known, name: names[known.name] ?? known.name }));
  return { ...document, modules: [{ ...main!, nodes }, ...others] };
}

/** Names that the code has a use for itself. */
export const AWKWARD = renamed(COMPARISONS, {
  a: 'scale',
  b: 'class',
  left: 'features',
  right: 'images',
  temperature: 'texts',
  offset: 'bias',
  cosines: 'loss',
  sigmoid_loss: 'lambda',
  softmax_loss: 'clip_loss',
  reverse_loss: 'main',
});

function instance(name: string, module: string): GraphNode {
  return { id: name, name, module, params: {}, position: [0, 0] };
}

function withModules(document: PatchbayDocument, names: readonly string[]): PatchbayDocument {
  return { ...document, modules: [...document.modules, ...names.map((name) => MODULES.get(name)!)] };
}
