/** Cross-entropy of scores against the right classes, as F.cross_entropy. */
import type { Builder } from '../../gpu/ir/builder.ts';
import type { ValueId } from '../../gpu/ir/types.ts';
import { binary, broadcastTo } from '../../gpu/ops/broadcast.ts';
import { stringParam, type NodeDefinition } from '../definition.ts';
import { single, UNKNOWN } from '../shapes.ts';

export const crossEntropy: NodeDefinition = {
  type: 'cross_entropy',
  title: 'Cross-entropy',
  category: 'loss',
  help:
    'How surprised a model is by the right answer: for each row of scores, −ln softmax(scores)[label], computed as ' +
    'ln Σ exp(x − max x) − (x[label] − max x), which does not overflow. Zero when all the weight is on the label, ln n ' +
    'when n classes are equally likely. The mean over the rows is the loss that classifiers and language models are ' +
    'trained with.',
  reference: {
    text: 'torch.nn.functional.cross_entropy',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html',
  },
  keywords: ['F.cross_entropy', 'nn.CrossEntropyLoss', 'negative log likelihood', 'log softmax', 'NLL', 'InfoNCE'],
  preview: 'statistics',
  inputs: [
    { name: 'logits', help: 'Scores, a row for each question.', shape: 'rows classes' },
    { name: 'labels', help: 'The right class of each row.', shape: 'rows', dtypes: ['i32'] },
  ],
  outputs: [{ name: 'loss', help: 'The mean over the rows, or a loss for each.', flow: 'loss' }],
  params: [
    {
      name: 'reduction',
      type: 'choice',
      default: 'mean',
      choices: ['mean', 'sum', 'none'],
      help: 'What becomes of the losses of the rows; none keeps them apart.',
    },
  ],
  infer: ({ inputs: { labels }, params }) => {
    if (!labels) return UNKNOWN;
    const dims = stringParam(params, 'reduction') === 'none' ? labels.dims : [];
    return { ...UNKNOWN, outputs: { loss: single({ dims, dtype: 'f32', flow: 'loss' }).outputs['output']! } };
  },
  lower: ({ builder, params, inputs }) => {
    const losses = lowerCrossEntropy(builder, inputs['logits']!, inputs['labels']!);
    const reduction = stringParam(params, 'reduction');
    if (reduction === 'none') return { loss: losses };
    return { loss: builder.emit(`reduce_${reduction}`, [losses], { axes: [0], keepdims: false }) };
  },
};

function lowerCrossEntropy(builder: Builder, logits: ValueId, labels: ValueId): ValueId {
  const { shape } = builder.typeOf(logits);
  const sum = (x: ValueId): ValueId => builder.emit('reduce_sum', [x], { axes: [1], keepdims: false });
  const maximum = builder.emit('reduce_max', [logits], { axes: [1], keepdims: true });
  const shifted = binary(builder, 'sub', logits, maximum);
  const classes = builder.emit('iota', [], { axis: 1, dtype: 'i32', shape });
  const column = builder.emit('reshape', [labels], { shape: [shape[0]!, 1] });
  const isLabel = builder.emit('equal', [classes, broadcastTo(builder, column, shape)]);
  const zeros = builder.emit('constant', [], { value: 0, dtype: 'f32', shape });
  const ofLabel = sum(builder.emit('select', [isLabel, shifted, zeros]));
  return builder.emit('sub', [builder.emit('log', [sum(builder.emit('exp', [shifted]))]), ofLabel]);
}
