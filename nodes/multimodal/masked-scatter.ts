/** Masked scatter: rows put in their order where a mask is true, sequence by sequence. */
import { BATCH } from '../batch.ts';
import type { Builder } from '../../gpu/ir/builder.ts';
import type { ValueId } from '../../gpu/ir/types.ts';
import { binary, broadcastTo, constantLike } from '../../gpu/ops/broadcast.ts';
import type { NodeDefinition } from '../definition.ts';
import { call } from '../python.ts';
import { one, type TorchHelper } from '../torch.ts';

const SCATTER: TorchHelper = {
  name: 'scatter_rows',
  source: `\
def scatter_rows(mask: Tensor, rows: Tensor) -> Tensor:
    """Puts rows, in their order, into the places of each sequence where a mask is true.

    Places beyond the rows get zeros, as every other place does; rows beyond the places
    are left out.

    Args:
        mask: bool [batch, length]
        rows: [batch, rows, width]

    Returns:
        [batch, length, width]
    """
    # One row of zeros behind the others is what all other places read.
    padded = F.pad(rows, (0, 0, 0, 1))
    rank = mask.long().cumsum(dim=1) - 1
    index = torch.where(mask, rank, rows.shape[1]).clamp(max=rows.shape[1])
    return padded.gather(1, index.unsqueeze(-1).expand(-1, -1, rows.shape[-1]))`,
};

export const maskedScatter: NodeDefinition = {
  type: 'masked_scatter',
  title: 'Masked scatter',
  category: 'multimodal',
  help:
    'Puts rows into places: in each sequence of the batch, the first place where the mask is true gets row 0, the next ' +
    'one row 1, and so on; every other place gets zeros. Where there are more places than rows, those left over get ' +
    'zeros too; where there are fewer, the last rows are not used. This is how patches of a picture come to stand at ' +
    'the image tokens of a text. torch.Tensor.masked_scatter does the same over the whole batch at once, and wants ' +
    'enough rows.',
  reference: {
    text: 'torch.Tensor.masked_scatter_',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.Tensor.masked_scatter_.html',
  },
  keywords: ['torch.masked_scatter', 'image tokens', 'merge', 'insert', 'place', 'scatter'],
  preview: 'heatmap',
  inputs: [
    { name: 'mask', help: 'The places to fill.', shape: 'batch length', dtypes: ['bool'] },
    { name: 'rows', help: 'What is put there, in order.', shape: 'batch rows width' },
  ],
  outputs: [{ name: 'output', help: 'Rows and zeros.', shape: 'batch length width', dtype: 'f32', flow: 'tensor' }],
  params: [],
  batch: BATCH.perSequence('mask', 'rows'),
  torch: {
    forward: ({ input }) => one('output', call(SCATTER.name, [input('mask')!, input('rows')!])),
    helpers: [SCATTER],
  },
  lower: ({ builder, inputs }) => ({ output: lowerMaskedScatter(builder, inputs['mask']!, inputs['rows']!) }),
};

function lowerMaskedScatter(builder: Builder, mask: ValueId, rows: ValueId): ValueId {
  const [batch, length] = builder.typeOf(mask).shape as [number, number];
  const [, count, width] = builder.typeOf(rows).shape as [number, number, number];
  const shape = [batch, length, width];
  const zeros = builder.emit('constant', [], { value: 0, dtype: 'f32', shape });
  if (batch * length * count === 0) return zeros;

  const rank = rankAmongTrue(builder, mask);
  const filled = builder.emit('and', [mask, builder.emit('less', [rank, constantLike(builder, rank, count)])]);
  // One table for the whole batch: row r of sequence s is row s · count + r.
  const within = builder.emit('minimum', [
    builder.emit('maximum', [rank, constantLike(builder, rank, 0)]),
    constantLike(builder, rank, count - 1),
  ]);
  const sequence = builder.emit('iota', [], { axis: 0, dtype: 'i32', shape: [batch, length] });
  const start = builder.emit('mul', [sequence, constantLike(builder, sequence, count)]);
  const table = builder.emit('reshape', [rows], { shape: [batch * count, width] });
  const placed = builder.emit('gather', [table, builder.emit('add', [start, within])]);
  const condition = builder.emit('reshape', [filled], { shape: [batch, length, 1] });
  return builder.emit('select', [broadcastTo(builder, condition, shape), placed, zeros]);
}

/** The number of each true place among those of its sequence, from 0; at a false place, that of the last true one before it, or −1. */
function rankAmongTrue(builder: Builder, mask: ValueId): ValueId {
  const [batch, length] = builder.typeOf(mask).shape as [number, number];
  // place × place of each sequence: the column counts for the row where it is true and not after it.
  const square = [batch, length, length];
  const [row, column] = [1, 2].map((axis) => builder.emit('iota', [], { axis, dtype: 'i32', shape: square }));
  const columns = builder.emit('reshape', [mask], { shape: [batch, 1, length] });
  const counted = binary(builder, 'and', columns, builder.emit('less_equal', [column!, row!]));
  const ones = builder.emit('cast', [counted], { dtype: 'i32' });
  const upTo = builder.emit('reduce_sum', [ones], { axes: [2], keepdims: false });
  return builder.emit('sub', [upTo, constantLike(builder, upTo, 1)]);
}
