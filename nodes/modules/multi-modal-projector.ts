/** MultiModalProjector: from the space of image features to the space of word vectors. */
import type { GraphModule } from '../../graph/schema.ts';
import { at, wire } from './layout.ts';

export const MultiModalProjector: GraphModule = {
  name: 'MultiModalProjector',
  help:
    'One linear layer between two models: it maps each patch from the vision encoder’s vision_hidden_size numbers to the ' +
    'language model’s text_hidden_size, y = linear(x). It is often the only part that is new when a finished vision ' +
    'encoder and a finished language model are put together, and what learns to say pictures in the words’ space.',
  origin: { library: 'patchbay', name: 'MultiModalProjector', version: 1 },
  hyperparameters: [
    {
      name: 'vision_hidden_size',
      type: 'int',
      default: 768,
      minimum: 1,
      maximum: 8192,
      help: 'Size of the vector that stands for a patch in the vision encoder.',
    },
    {
      name: 'text_hidden_size',
      type: 'int',
      default: 2048,
      minimum: 1,
      maximum: 8192,
      help: 'Size of the vector that stands for a token in the language model.',
    },
  ],
  nodes: [
    {
      id: 'image_features',
      name: 'image_features',
      type: 'input',
      params: { shape: 'batch patches vision_hidden_size' },
      position: at(0, 0),
    },
    {
      id: 'linear',
      name: 'linear',
      type: 'linear',
      params: { in_features: 'vision_hidden_size', out_features: 'text_hidden_size' },
      position: at(1, 0),
    },
    { id: 'projected', name: 'projected', type: 'output', position: at(2, 0) },
  ],
  edges: [wire('image_features.output', 'linear.input'), wire('linear.output', 'projected.input')],
};
