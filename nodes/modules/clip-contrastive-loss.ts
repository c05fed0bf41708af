/** ClipContrastiveLoss: each picture must find its sentence among all, and each sentence its picture. */
import type { GraphModule } from '../../graph/schema.ts';
import { at, wire } from './layout.ts';

export const ClipContrastiveLoss: GraphModule = {
  name: 'ClipContrastiveLoss',
  help:
    'CLIP’s symmetric loss: loss = (cross_entropy(logits_per_image, i) + cross_entropy(logits_per_text, i)) / 2, where ' +
    'pair i of the batch belongs together. Each row is a question with one right answer among the whole batch, so a ' +
    'pair’s loss depends on every other pair. Radford et al. 2021.',
  origin: { library: 'patchbay', name: 'ClipContrastiveLoss', version: 1 },
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
    { id: 'labels', name: 'labels', type: 'arange', params: { dim: 0 }, position: at(1, 1) },
    { id: 'image_to_text', name: 'image_to_text', type: 'cross_entropy', position: at(2, 0) },
    { id: 'text_to_image', name: 'text_to_image', type: 'cross_entropy', position: at(2, 2) },
    { id: 'both', name: 'both', type: 'add', position: at(3, 1) },
    { id: 'half', name: 'half', type: 'divide', params: { value: 2 }, position: at(4, 1) },
    { id: 'loss', name: 'loss', type: 'output', position: at(5, 1) },
  ],
  edges: [
    wire('logits_per_image.output', 'labels.input'),
    wire('logits_per_image.output', 'image_to_text.logits'),
    wire('labels.output', 'image_to_text.labels'),
    wire('logits_per_text.output', 'text_to_image.logits'),
    wire('labels.output', 'text_to_image.labels'),
    wire('image_to_text.loss', 'both.a'),
    wire('text_to_image.loss', 'both.b'),
    wire('both.output', 'half.a'),
    wire('half.output', 'loss.input'),
  ],
  notes: [
    {
      id: 'chance',
      text:
        '### What is a good number\n' +
        'A model that knows nothing gives each of n answers the same chance: its loss is about **ln n**, 1.386 for a ' +
        'batch of four. Below that it has learned something; near zero it finds every pair.',
      position: at(2, -0.55),
      size: [480, 130],
    },
  ],
};
