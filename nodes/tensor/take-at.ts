/** Take at: from each sequence of a batch the vector at a position of its own. */
import { BATCH } from '../batch.ts';
import type { Builder } from '../../gpu/ir/builder.ts';
import type { ValueId } from '../../gpu/ir/types.ts';
import { constantLike } from '../../gpu/ops/broadcast.ts';
import type { Dimension } from '../../graph/problems.ts';
import type { NodeDefinition } from '../definition.ts';
import { call } from '../python.ts';
import { failure, single, UNKNOWN } from '../shapes.ts';
import { one, type TorchHelper } from '../torch.ts';

const TAKE: TorchHelper = {
  name: 'take_positions',
  source: `\
def take_positions(x: Tensor, positions: Tensor) -> Tensor:
    """The vector at a position of each sequence.

    Args:
        x: [batch, length, width]
        positions: integers [batch]

    Returns:
        [batch, width]
    """
    return x[torch.arange(x.shape[0], device=x.device), positions]`,
};

export const takeAt: NodeDefinition = {
  type: 'take_at',
  title: 'Take at',
  category: 'tensor',
  help:
    'From each sequence the vector at one position: y[b] = x[b, positions[b]], where select takes the same position of ' +
    'all. CLIP reads a sentence off the place of its last token, which argmax finds in the ids; with padding behind it, ' +
    'that place is another in every sentence. A position that the sequence does not have is an error of the reference; ' +
    'a GPU, which cannot stop, reads the first vector of all instead.',
  reference: {
    text: 'PyTorch, Indexing and slicing',
    url: 'https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops',
  },
  keywords: ['torch.gather', 'take_along_dim', 'index', 'x[arange, positions]', 'end of text', 'EOS pooling'],
  preview: 'heatmap',
  inputs: [
    { name: 'input', help: 'Sequences of vectors.', shape: 'batch length width' },
    { name: 'positions', help: 'Which one of each sequence, from 0.', shape: 'batch', dtypes: ['i32'] },
  ],
  outputs: [{ name: 'output', help: 'One vector per sequence.', flow: 'tensor' }],
  params: [],
  infer: ({ inputs: { input } }) => {
    if (!input) return UNKNOWN;
    const [batch, length, width] = input.dims as [Dimension, Dimension, Dimension];
    if (length.size > 0 || batch.size === 0) return single({ ...input, dims: [batch, width], flow: 'tensor' });
    const message = 'there is nothing to take: the sequences are empty';
    return failure({ code: 'shape.empty', message, port: { side: 'input', name: 'input' }, got: input.dims });
  },
  batch: BATCH.perSequence('input', 'positions'),
  torch: {
    forward: ({ input }) => one('output', call(TAKE.name, [input('input')!, input('positions')!])),
    helpers: [TAKE],
  },
  lower: ({ builder, inputs }) => ({ output: lowerTakeAt(builder, inputs['input']!, inputs['positions']!) }),
};

/** One table for the whole batch: position p of sequence b is its row b · length + p, and −1, no row, where there is no such p. */
function lowerTakeAt(builder: Builder, input: ValueId, positions: ValueId): ValueId {
  const [batch, length, width] = builder.typeOf(input).shape as [number, number, number];
  const number = (value: number): ValueId => constantLike(builder, positions, value);
  const sequence = builder.emit('iota', [], { axis: 0, dtype: 'i32', shape: [batch] });
  const start = builder.emit('mul', [sequence, number(length)]);
  const within = builder.emit('and', [
    builder.emit('greater_equal', [positions, number(0)]),
    builder.emit('less', [positions, number(length)]),
  ]);
  const row = builder.emit('select', [within, builder.emit('add', [start, positions]), number(-1)]);
  const table = builder.emit('reshape', [input], { shape: [batch * length, width] });
  return builder.emit('gather', [table, row]);
}
