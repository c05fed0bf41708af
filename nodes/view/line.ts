/** Line: values along the last axis as curves. */
import type { NodeDefinition } from '../definition.ts';
import { ONLY_SHOWS } from '../torch.ts';

export const line: NodeDefinition = {
  type: 'line',
  title: 'Line',
  category: 'view',
  help:
    'Shows values as curves over their place in the last axis: one curve for a vector, one per row for a matrix, up to ' +
    'eight at once. Where there are more places than pixels, each pixel shows the least and the greatest of its places, ' +
    'so that no peak is lost.',
  reference: {
    text: 'matplotlib.pyplot.plot',
    url: 'https://matplotlib.org/stable/api/_as_gen/matplotlib.pyplot.plot.html',
  },
  keywords: ['curve', 'graph', 'plt.plot', 'profile', 'series'],
  view: 'line',
  inputs: [{ name: 'values', help: 'Curves along the last axis.', shape: '... points', dtypes: ['f32', 'i32'] }],
  outputs: [],
  params: [],
  torch: ONLY_SHOWS,
  lower: () => ({}),
};
