/** SigLIPLoss: for each pair by itself, whether it belongs together. */
import type { GraphModule, GraphNode } from '../../graph/schema.ts';
import { at, wire } from './layout.ts';

export const SigLIPLoss: GraphModule = {
  name: 'SigLIPLoss',
  help:
    'SigLIP’s sigmoid loss: every cell of the matrix is a question of its own, does this picture go with this sentence? ' +
    'loss = −mean ln σ(t · logits) with t = 1 on the diagonal and −1 elsewhere, averaged over both directions. No ' +
    'softmax ties a row together, so a large batch can be computed in parts. Zhai et al. 2023.',
  origin: { library: 'patchbay', name: 'SigLIPLoss', version: 1 },
  hyperparameters: [],
  nodes: [
    {
      id: 'logits_per_image',
      name: 'logits_per_image',
      type: 'input',
      params: { shape: 'images texts' },
      position: at(0, 0),
    },
    {
      id: 'logits_per_text',
      name: 'logits_per_text',
      type: 'input',
      params: { shape: 'texts images' },
      position: at(0, 2),
    },
    { id: 'pairs', name: 'pairs', type: 'eye', position: at(1, 1) },
    { id: 'twice', name: 'twice', type: 'multiply', params: { value: 2 }, position: at(2, 1) },
    { id: 'targets', name: 'targets', type: 'subtract', params: { value: 1 }, position: at(3, 1) },
    step('image_signed', 'multiply', at(4, 0)),
    step('image_log', 'log_sigmoid', at(5, 0)),
    { id: 'image_to_text', name: 'image_to_text', type: 'mean', params: { all: true }, position: at(6, 0) },
    step('text_signed', 'multiply', at(4, 2)),
    step('text_log', 'log_sigmoid', at(5, 2)),
    { id: 'text_to_image', name: 'text_to_image', type: 'mean', params: { all: true }, position: at(6, 2) },
    step('both', 'add', at(7, 1)),
    { id: 'half', name: 'half', type: 'divide', params: { value: 2 }, position: at(8, 1) },
    step('negative', 'negate', at(9, 1)),
    { id: 'loss', name: 'loss', type: 'output', position: at(10, 1) },
  ],
  edges: [
    wire('logits_per_image.output', 'pairs.input'),
    wire('pairs.output', 'twice.a'),
    wire('twice.output', 'targets.a'),
    wire('targets.output', 'image_signed.a'),
    wire('logits_per_image.output', 'image_signed.b'),
    wire('image_signed.output', 'image_log.input'),
    wire('image_log.output', 'image_to_text.input'),
    wire('targets.output', 'text_signed.a'),
    wire('logits_per_text.output', 'text_signed.b'),
    wire('text_signed.output', 'text_log.input'),
    wire('text_log.output', 'text_to_image.input'),
    wire('image_to_text.output', 'both.a'),
    wire('text_to_image.output', 'both.b'),
    wire('both.output', 'half.a'),
    wire('half.output', 'negative.input'),
    wire('negative.output', 'loss.input'),
  ],
  notes: [
    {
      id: 'targets-note',
      text:
        '### Yes and no\n' +
        '`targets` is 1 for a pair that belongs together and −1 for one that does not. Times the score, the right answer ' +
        'is always a **large positive** number, and `log_sigmoid` of it close to zero.',
      position: at(2, 0.1),
      size: [480, 130],
    },
  ],
};

function step(name: string, type: string, position: [number, number]): GraphNode {
  return { id: name, name, type, position };
}
