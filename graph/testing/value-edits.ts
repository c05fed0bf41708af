/** Random edits of values in documents that are mostly right: what is analysed again from where it was changed. */
import fc from 'fast-check';
import { moveNodes, setHyperparameter, setParam, setPreset, setSeed, setSize } from '../edits.ts';
import { isInstance, type PatchbayDocument } from '../schema.ts';
import type { Maker } from './arbitrary-edits.ts';
import { BLOCK, documentOf, instance, int, module, node, wire } from './documents.ts';
import { LIBRARY } from './library.ts';

/** Hands its input through beside a linear, so that names of sizes change at its border. */
const THROUGH = module('Through', {
  hyperparameters: [int('width', 8), int('hidden', 4)],
  nodes: [
    node('x', 'input', { shape: '... width' }),
    node('fc1', 'linear', { in_features: 'width', out_features: 'hidden' }),
    node('fc2', 'linear', { in_features: 'hidden', out_features: 'width' }),
    node('same', 'output'),
    node('other', 'output'),
  ],
  edges: [
    wire('x.output', 'fc1.input'),
    wire('fc1.output', 'fc2.input'),
    wire('x.output', 'same.input'),
    wire('fc2.output', 'other.input'),
  ],
});

/** Modules in modules, a stack, a module used twice, an input with a size, a node that shares weights. */
export function nestedDocument(): PatchbayDocument {
  const main = module('Model', {
    hyperparameters: [int('embed_dim', 16), int('num_heads', 4), int('depth', 2, { minimum: 0, maximum: 5 })],
    sizes: [{ name: 'batch', default: 2 }],
    nodes: [
      node('pixels', 'input', { shape: 'batch 5 embed_dim' }),
      instance('first', 'Pair', { width: 'embed_dim', hidden: 8 }),
      instance('second', 'Pair', { width: 'embed_dim', hidden: 'embed_dim // 2' }),
      instance('blocks', 'Block', { embed_dim: 'embed_dim', num_heads: 'num_heads' }, { repeat: 'depth' }),
      node('norm', 'layer_norm', { normalized_shape: 'embed_dim' }),
      node('head', 'linear', { in_features: 'embed_dim', out_features: 10 }),
      node('tied', 'linear', { in_features: 'embed_dim', out_features: 10 }, { shares: 'head' }),
      node('noise', 'random_tensor', { shape: '1, 3, 8' }),
      node('lonely', 'gelu'),
      node('features', 'output'),
    ],
    edges: [
      wire('pixels.output', 'first.x'),
      wire('first.same', 'second.x'),
      wire('second.other', 'blocks.hidden_states'),
      wire('blocks.hidden_states', 'norm.input'),
      wire('norm.output', 'head.input'),
      wire('first.other', 'tied.input'),
      wire('noise.output', 'lonely.input'),
      wire('head.output', 'features.input'),
    ],
  });
  const pair = module('Pair', {
    hyperparameters: [int('width', 8), int('hidden', 4)],
    nodes: [
      node('x', 'input', { shape: '... width' }),
      instance('inner', 'Through', { width: 'width', hidden: 'hidden' }),
      instance('again', 'Through', { width: 'width' }),
      node('same', 'output'),
      node('other', 'output'),
    ],
    edges: [
      wire('x.output', 'inner.x'),
      wire('inner.same', 'again.x'),
      wire('again.same', 'same.input'),
      wire('inner.other', 'other.input'),
    ],
  });
  return documentOf([main, pair, THROUGH, BLOCK], {
    presets: [
      { name: 'small', values: { embed_dim: 8, depth: 1 } },
      { name: 'wide', values: { embed_dim: 32, batch: 3 } },
    ],
  });
}

/** Mostly what fits; sometimes what does not, so that problems come and go. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(8, 16, 'embed_dim', 'width', 'hidden') },
  { weight: 2, arbitrary: fc.constantFrom(4, 10, 'embed_dim // 2', 'width * 2', '2, 5, embed_dim', '... width') },
  { weight: 1, arbitrary: fc.constantFrom(0, 1.5, true, 'nothing', 'batch 5 width') },
);

const ofParameter = fc
  .tuple(fc.nat(), fc.nat(), fc.nat(), fc.option(value, { nil: undefined, freq: 8 }))
  .map(([inModule, atNode, ofName, given]): Maker => (document) => {
    const module = document.modules[inModule % document.modules.length]!;
    const node = module.nodes[atNode % module.nodes.length];
    if (!node) return null;
    const names = isInstance(node)
      ? document.modules.find(({ name }) => name === node.module)?.hyperparameters.map(({ name }) => name)
      : LIBRARY.get(node.type)?.params.map(({ name }) => name);
    const name = names?.[ofName % names.length];
    return name === undefined ? null : setParam(document, module.name, node.id, name, given);
  });

const ofRoot = fc.tuple(fc.nat(4), fc.constantFrom(1, 2, 4, 8, 16)).map(([kind, number]): Maker => (document) => {
  const main = document.modules.find(({ name }) => name === document.main)!;
  const hyperparameter = main.hyperparameters[number % main.hyperparameters.length];
  const size = main.sizes?.[0];
  switch (kind) {
    case 0:
      return hyperparameter ? setHyperparameter(document, hyperparameter.name, number) : null;
    case 1:
      return size ? setSize(document, size.name, number) : null;
    case 2:
      return setPreset(document, [undefined, ...document.presets.map(({ name }) => name)][number % 3]);
    case 3:
      return setSeed(document, number);
    default: {
      const [node] = main.nodes;
      return node ? moveNodes(document, main.name, new Map([[node.id, [number, number]]]), 'drag') : null;
    }
  }
});

export const valueEdits: fc.Arbitrary<Maker> = fc.oneof(
  { weight: 3, arbitrary: ofParameter },
  { weight: 1, arbitrary: ofRoot },
);
