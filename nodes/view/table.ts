/** Table: the numbers themselves, or for every row its largest with their names. */
import type { NodeDefinition } from '../definition.ts';
import { ONLY_SHOWS } from '../torch.ts';

export const table: NodeDefinition = {
  type: 'table',
  title: 'Table',
  category: 'view',
  help:
    'Shows the last two axes as rows and columns of numbers, named by the pictures and captions they come from where ' +
    'the graph tells. “largest first” turns every row into a ranking: its greatest values with the names of their ' +
    'columns, as zero-shot classification and retrieval read their answers.',
  reference: { text: 'torch.sort', url: 'https://docs.pytorch.org/docs/stable/generated/torch.sort.html' },
  keywords: ['numbers', 'print', 'ranking', 'top', 'classes', 'DataFrame'],
  view: 'table',
  inputs: [{ name: 'values', help: 'Rows and columns of numbers.', shape: '...', dtypes: ['f32', 'i32', 'bool'] }],
  outputs: [],
  params: [
    {
      name: 'order',
      type: 'choice',
      default: 'as it comes',
      choices: ['as it comes', 'largest first'],
      fixed: 'It says how the values are shown, not what they are',
      help: 'Whether columns keep their order, or each row is ranked.',
    },
  ],
  torch: ONLY_SHOWS,
  lower: () => ({}),
};
