/** Causal mask: every position may look at itself and those before it. */
import { BATCH } from '../batch.ts';
import { numberParam, type NodeDefinition } from '../definition.ts';
import { noSuchAxis, resolveAxis, single, sizes, UNKNOWN } from '../shapes.ts';
import { positionsAlong } from '../tensor/positions.ts';
import { attribute, call, index } from '../python.ts';
import { one, type TorchHelper } from '../torch.ts';

const CAUSAL_MASK: TorchHelper = {
  name: 'make_causal_mask',
  source: `\
def make_causal_mask(length: int, device: torch.device) -> Tensor:
    """[length, length], True where the row may look at the column: none looks ahead."""
    return torch.ones(length, length, dtype=torch.bool, device=device).tril()`,
};

export const causalMask: NodeDefinition = {
  type: 'causal_mask',
  title: 'Causal mask',
  category: 'language',
  help:
    'A square of yes and no: row i may look at column j where j ≤ i. A model that predicts the next word must not see ' +
    'it, so every position looks at itself and what came before, and all positions of a text can be computed at once. ' +
    'Of the input only the length counts. True means may look; a score where it is false becomes −∞ before softmax, as ' +
    'the upper triangle of torch.triu(−inf) does.',
  reference: {
    text: 'Transformer.generate_square_subsequent_mask',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.nn.Transformer.html',
  },
  keywords: ['torch.triu', 'tril', 'autoregressive', 'decoder', 'attention mask', 'subsequent mask'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Whose length it has.', shape: '...', dtypes: ['f32', 'i32', 'bool'] }],
  outputs: [{ name: 'mask', help: 'Whether the row may look at the column.', dtype: 'bool', flow: 'mask' }],
  params: [
    { name: 'dim', type: 'int', default: 1, help: 'The axis that is the sequence; negative counts from the last.' },
  ],
  infer: ({ inputs: { input }, params }) => {
    if (!input) return UNKNOWN;
    const dim = numberParam(params, 'dim');
    const axis = resolveAxis(dim, input.dims.length);
    if (axis === undefined) return noSuchAxis('dim', dim, input.dims);
    const { size } = input.dims[axis]!;
    const dims = [
      { size, name: 'queries' },
      { size, name: 'keys' },
    ];
    return { ...UNKNOWN, outputs: { mask: single({ dims, dtype: 'bool', flow: 'mask' }).outputs['output']! } };
  },
  batch: BATCH.places,
  torch: {
    forward: ({ input, param }) => {
      const of = input('input')!;
      const length = index(attribute(of, 'shape'), param('dim'));
      return one('mask', call(CAUSAL_MASK.name, [length, attribute(of, 'device')]));
    },
    helpers: [CAUSAL_MASK],
  },
  lower: ({ builder, types }) => {
    const [rows, columns] = positionsAlong(builder, sizes(types.outputs['mask']));
    return { mask: builder.emit('less_equal', [columns, rows]) };
  },
};
