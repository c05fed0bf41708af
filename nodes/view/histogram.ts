/** Histogram: how the values of a tensor are spread. */
import type { NodeDefinition } from '../definition.ts';
import { ONLY_SHOWS } from '../torch.ts';

export const histogram: NodeDefinition = {
  type: 'histogram',
  title: 'Histogram',
  category: 'view',
  help:
    'Shows how the values of a tensor are spread: 64 bars of equal width between the least and the greatest, each as ' +
    'tall as the number of values in it. Values that are not finite are left out and counted apart. Zero has a line.',
  reference: { text: 'torch.histc', url: 'https://docs.pytorch.org/docs/stable/generated/torch.histc.html' },
  keywords: ['distribution', 'plt.hist', 'bins', 'spread', 'plot'],
  view: 'histogram',
  inputs: [{ name: 'values', help: 'Any tensor.', shape: '...', dtypes: ['f32', 'i32', 'bool'] }],
  outputs: [],
  params: [],
  torch: ONLY_SHOWS,
  lower: () => ({}),
};
