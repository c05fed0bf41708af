/** Cross-entropy of scores against the right classes, as F.cross_entropy. */
import { BATCH } from '../batch.ts';
import { stringParam, type NodeDefinition } from '../definition.ts';
import { failure, single, UNKNOWN } from '../shapes.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

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
  infer: ({ inputs: { logits, labels }, params }) => {
    if (!logits || !labels) return UNKNOWN;
    if (logits.dims[1]!.size === 0) {
      return failure({
        code: 'shape.empty',
        message: 'there is no class to choose from: the last axis has size 0',
        port: { side: 'input', name: 'logits' },
        got: logits.dims,
      });
    }
    const dims = stringParam(params, 'reduction') === 'none' ? labels.dims : [];
    return { ...UNKNOWN, outputs: { loss: single({ dims, dtype: 'f32', flow: 'loss' }).outputs['output']! } };
  },
  batch: BATCH.crossEntropy,
  torch: {
    forward: ({ input, param, follows, value }) => {
      const isDefault = !follows('reduction') && value('reduction') === 'mean';
      const keywords = isDefault ? {} : { reduction: param('reduction') };
      return one('loss', call('F.cross_entropy', [input('logits')!, input('labels')!], keywords));
    },
  },
  lower: ({ builder, params, inputs }) => {
    const losses = builder.emit('cross_entropy', [inputs['logits']!, inputs['labels']!]);
    const reduction = stringParam(params, 'reduction');
    if (reduction === 'none') return { loss: losses };
    return { loss: builder.emit(`reduce_${reduction}`, [losses], { axes: [0], keepdims: false }) };
  },
};
