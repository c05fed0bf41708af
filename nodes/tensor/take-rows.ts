/** Take rows: rows of a tensor by number, as table[indices]. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import { index } from '../python.ts';
import { failure, single, UNKNOWN } from '../shapes.ts';
import { one } from '../torch.ts';

export const takeRows: NodeDefinition = {
  type: 'take_rows',
  title: 'Take rows',
  category: 'tensor',
  help:
    'For each number the row of a tensor that it names: y[…, :] = table[indices[…]], where the rows lie along the first ' +
    'axis. An embedding does this with a table that is learned; here it is computed. A number that is no row is an error ' +
    'of the reference; a GPU, which cannot stop, reads the first or the last one instead.',
  reference: {
    text: 'PyTorch, Indexing and slicing',
    url: 'https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops',
  },
  keywords: ['torch.index_select', 'gather', 'F.embedding', 'lookup', 'x[indices]', 'rearrange'],
  preview: 'heatmap',
  inputs: [
    { name: 'table', help: 'Rows along its first axis.', shape: 'rows ...' },
    { name: 'indices', help: 'Which row, for each place.', shape: '...', dtypes: ['i32'] },
  ],
  outputs: [{ name: 'output', help: 'A row for each number.', flow: 'tensor' }],
  params: [],
  infer: ({ inputs: { table, indices } }) => {
    if (!table || !indices) return UNKNOWN;
    const [rows, ...rest] = table.dims;
    if (rows!.size > 0 || indices.dims.some(({ size }) => size === 0))
      return single({ ...table, dims: [...indices.dims, ...rest], flow: 'tensor' });
    const message = 'there is nothing to take: the table has no rows';
    return failure({ code: 'shape.empty', message, port: { side: 'input', name: 'table' }, got: table.dims });
  },
  batch: BATCH.alongLast('indices', 0),
  torch: { forward: ({ input }) => one('output', index(input('table')!, input('indices')!)) },
  lower: ({ builder, inputs }) => ({ output: builder.emit('gather', [inputs['table']!, inputs['indices']!]) }),
};
