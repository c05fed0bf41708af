/** Output port: what a module gives; in the main module, what a run gives. */
import type { NodeDefinition } from '../definition.ts';

export const output: NodeDefinition = {
  type: 'output',
  title: 'Output',
  category: 'port',
  help:
    'A port of the module it stands in: what is wired to it comes out of every instance under its name. In the main ' +
    'module it is a result of the whole graph, computed by every run and written by the command line. In a repeated ' +
    'module, an output named like an input carries its value from one layer to the next.',
  keywords: ['return', 'result', 'port'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'The value to give.', shape: '...', dtypes: ['f32', 'i32', 'bool'] }],
  outputs: [],
  params: [],
  torch: { absent: 'it is what its module returns' },
  lower: () => ({}),
};
