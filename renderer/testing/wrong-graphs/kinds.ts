/** Graphs in which something of another kind comes than is wanted, or of another rank; and axes that are not there. */
import { documentOf, graphOf, moduleOf, OUT, tensor, type WrongGraph } from './making.ts';

export const WRONG_KINDS: readonly WrongGraph[] = [
  {
    title: 'ids where features belong',
    make: () =>
      graphOf(
        {
          ids: ['token_input', { vocab_size: 1000, image_token_id: 999 }],
          proj: ['linear', { in_features: 512, out_features: 64 }],
          y_out: OUT,
        },
        ['ids.ids > proj.input', 'proj.output > y_out.input'],
      ),
    at: 'Main/proj input input',
    says: 'i32 came, f32 is wanted',
    fix: 'Insert an embedding of 1000 ids in 512',
  },
  {
    title: 'features where ids belong',
    make: () =>
      graphOf(
        { x: tensor('2, 10, 256'), table: ['embedding', { num_embeddings: 256, embedding_dim: 64 }], y_out: OUT },
        ['x.output > table.ids', 'table.output > y_out.input'],
      ),
    at: 'Main/table input ids',
    says: 'f32 came, i32 is wanted',
    fix: 'Insert an argmax: the id of the largest',
  },
  {
    title: 'ids compared with features',
    make: () =>
      graphOf({ ids: ['token_input'], x: tensor('1, 16'), same: ['compare'], y_out: OUT }, [
        'ids.ids > same.a',
        'x.output > same.b',
        'same.output > y_out.input',
      ]),
    at: 'Main/same input b',
    says: 'f32 came, i32 is wanted, as in a',
    fix: 'Insert an argmax: the id of the largest',
  },
  {
    title: 'a sequence without a batch',
    make: () =>
      graphOf({ x: tensor('10, 128'), lstm: ['lstm'], y_out: OUT }, [
        'x.output > lstm.input',
        'lstm.output > y_out.input',
      ]),
    at: 'Main/lstm input input',
    says: '10 × 128 came, batch × length × input_size 128 is wanted: 3 dimensions are wanted, 2 came',
    fix: 'Insert a reshape that adds axis 0',
  },
  {
    title: 'heads where a sequence is wanted',
    make: () =>
      graphOf({ x: tensor('2, 10, 2, 64'), lstm: ['lstm'], y_out: OUT }, [
        'x.output > lstm.input',
        'lstm.output > y_out.input',
      ]),
    at: 'Main/lstm input input',
    says: '2 × 10 × 2 × 64 came, batch × length × input_size 128 is wanted: 3 dimensions are wanted, 4 came',
    fix: 'Insert a reshape that joins axes 2 and 3',
  },
  {
    title: 'a picture without a batch',
    make: () =>
      graphOf({ x: tensor('3, 224, 224'), patches: ['patchify'], y_out: OUT }, [
        'x.output > patches.input',
        'patches.output > y_out.input',
      ]),
    at: 'Main/patches input input',
    says: '3 × 224 × 224 came, batch × num_channels 3 × height × width is wanted: 4 dimensions are wanted, 3 came',
    fix: 'Insert a reshape that adds axis 0',
  },
  {
    title: 'a picture with channels last',
    make: () =>
      graphOf({ x: tensor('1, 224, 224, 3'), patches: ['patchify'], y_out: OUT }, [
        'x.output > patches.input',
        'patches.output > y_out.input',
      ]),
    at: 'Main/patches input input num_channels',
    says: '1 × 224 × 224 × 3 came, batch × num_channels 3 × height × width is wanted: axis 1 is 224, not num_channels 3',
    fix: 'Insert a transpose of axes 1 and 3',
  },
  {
    title: 'a patch size that does not divide the picture',
    make: () =>
      graphOf({ x: tensor('1, 3, 224, 224'), patches: ['patchify', { patch_size: 15 }], y_out: OUT }, [
        'x.output > patches.input',
        'patches.output > y_out.input',
      ]),
    at: 'Main/patches patch_size',
    says: '224 × 224 pixels do not divide into patches of 15: 14 rows and 14 columns at the edge are left out',
    fix: 'Set patch_size to 14',
  },
  {
    title: 'a patch larger than the picture',
    make: () =>
      graphOf({ x: tensor('1, 3, 14, 14'), patches: ['patchify'], y_out: OUT }, [
        'x.output > patches.input',
        'patches.output > y_out.input',
      ]),
    at: 'Main/patches input input',
    says: 'a picture of 14 pixels holds no patch of 16',
    fix: 'Set patch_size to 14',
  },
  {
    title: 'scores of sequences where a row for each question is wanted',
    make: () =>
      graphOf(
        {
          x: tensor('2, 10, 50'),
          ids: ['token_input', { batch: 2, length: 10 }],
          flat: ['flatten', { start_dim: 0 }],
          loss: ['cross_entropy'],
          y_out: OUT,
        },
        ['x.output > loss.logits', 'ids.ids > flat.input', 'flat.output > loss.labels', 'loss.loss > y_out.input'],
      ),
    at: 'Main/loss input logits',
    says: '2 × 10 × 50 came, rows × classes is wanted: 2 dimensions are wanted, 3 came',
    fix: 'Insert a reshape that joins axes 0 and 1',
  },
  {
    title: 'sequences joined that differ in width',
    make: () =>
      graphOf({ image: tensor('2, 16, 768'), text: tensor('2, 10, 512'), joined: ['concat'], y_out: OUT }, [
        'image.output > joined.a',
        'text.output > joined.b',
        'joined.output > y_out.input',
      ]),
    at: 'Main/joined input b',
    says: 'f32 2 × 10 × 512 does not follow f32 2 × 16 × 768: all but axis 1 must be equal',
    fix: 'Insert a projector: Linear 512 → 768',
  },
  {
    title: 'a class token without a batch before a sequence',
    make: () =>
      graphOf({ cls: tensor('1, 768'), x: tensor('1, 196, 768'), joined: ['concat'], y_out: OUT }, [
        'x.output > joined.a',
        'cls.output > joined.b',
        'joined.output > y_out.input',
      ]),
    at: 'Main/joined input b',
    says: 'f32 1 × 768 does not follow f32 1 × 196 × 768: all but axis 1 must be equal',
    fix: 'Insert a reshape that adds axis 0',
  },
  {
    title: 'a reshape that loses elements',
    make: () =>
      graphOf({ x: tensor('2, 196, 768'), heads: ['reshape', { shape: '2, 196, 12, 60' }], y_out: OUT }, [
        'x.output > heads.input',
        'heads.output > y_out.input',
      ]),
    at: 'Main/heads shape',
    says: '301056 elements (2 × 196 × 768) do not fill 2 × 196 × 12 × 60',
    fix: 'Set shape to 2, 196, 12, -1',
  },
  {
    title: 'a reshape with two open sizes',
    make: () =>
      graphOf({ x: tensor('2, 196, 768'), heads: ['reshape', { shape: '2, -1, -1' }], y_out: OUT }, [
        'x.output > heads.input',
        'heads.output > y_out.input',
      ]),
    at: 'Main/heads shape',
    says: 'only one size may be -1',
    fix: 'Set shape to 2, input.shape[1], -1',
  },
  {
    title: 'a transpose of an axis that is not there',
    make: () =>
      graphOf({ x: tensor('196, 768'), swap: ['transpose', { dim0: 1, dim1: 2 }], y_out: OUT }, [
        'x.output > swap.input',
        'swap.output > y_out.input',
      ]),
    at: 'Main/swap dim1',
    says: 'dim1 2 is not an axis of 196 × 768',
    fix: 'Set dim1 to -1, the last axis',
  },
  {
    title: 'a softmax over an axis that is not there',
    make: () =>
      graphOf({ x: tensor('2, 10'), p: ['softmax', { dim: 3 }], y_out: OUT }, [
        'x.output > p.input',
        'p.output > y_out.input',
      ]),
    at: 'Main/p dim',
    says: 'dim 3 is not an axis of 2 × 10',
    fix: 'Set dim to -1, the last axis',
  },
  {
    title: 'more of the largest than there are',
    make: () =>
      graphOf({ x: tensor('2, 5'), best: ['top_k', { k: 8 }], y_out: OUT }, [
        'x.output > best.input',
        'best.values > y_out.input',
      ]),
    at: 'Main/best k',
    says: 'k 8 is more than the 5 values of the last axis',
    fix: 'Set k to 5',
  },
  {
    title: 'a position beyond the end',
    make: () =>
      graphOf({ x: tensor('2, 10, 64'), last: ['select', { dim: 1, index: 10 }], y_out: OUT }, [
        'x.output > last.input',
        'last.output > y_out.input',
      ]),
    at: 'Main/last index',
    says: 'there is no position 10 on axis 1, which has 10',
    fix: 'Set index to -1, the last position',
  },
  {
    title: 'a split beyond the end',
    make: () =>
      graphOf({ x: tensor('2, 10, 64'), parts: ['split', { dim: 1, size: 16 }], y_out: OUT }, [
        'x.output > parts.input',
        'parts.second > y_out.input',
      ]),
    at: 'Main/parts size',
    says: 'size 16 is more than the 10 positions of axis 1',
    fix: 'Set size to 10',
  },
  {
    title: 'a flatten that ends before it begins',
    make: () =>
      graphOf({ x: tensor('2, 10, 64'), flat: ['flatten', { start_dim: 2, end_dim: 1 }], y_out: OUT }, [
        'x.output > flat.input',
        'flat.output > y_out.input',
      ]),
    at: 'Main/flat start_dim',
    says: 'start_dim 2 comes after end_dim 1',
    fix: 'Reset start_dim to its default',
  },
  {
    title: 'a layer whose output is of another width than its input',
    make: () =>
      documentOf(
        moduleOf('Main', { x: tensor('2, 196, 64'), blocks: ['Block', {}, { repeat: 3 }], y_out: OUT }, [
          'x.output > blocks.hidden',
          'blocks.hidden > y_out.input',
        ]),
        moduleOf(
          'Block',
          {
            hidden: ['input', { shape: 'batch patches width' }],
            proj: ['linear', { in_features: 'width', out_features: 32 }],
            hidden_out: OUT,
          },
          ['hidden.output > proj.input', 'proj.output > hidden_out.input'],
          { hyperparameters: [{ name: 'width', type: 'int', default: 64 }] },
        ),
      ),
    at: 'Main/blocks input hidden width',
    says: 'batch 2 × patches 196 × out_features 32 came, batch × patches × width 64 is wanted: axis 2 is 32, not width 64',
    fix: 'Insert a projector: Linear 32 → 64',
  },
  {
    title: 'a layer whose output has an axis more than its input',
    make: () =>
      documentOf(
        moduleOf('Main', { x: tensor('2, 196, 64'), blocks: ['Block', {}, { repeat: 2 }], y_out: OUT }, [
          'x.output > blocks.hidden',
          'blocks.hidden > y_out.input',
        ]),
        moduleOf(
          'Block',
          {
            hidden: ['input', { shape: 'batch patches width' }],
            split: ['reshape', { shape: 'input.shape[0], input.shape[1], 8, -1' }],
            hidden_out: OUT,
          },
          ['hidden.output > split.input', 'split.output > hidden_out.input'],
          { hyperparameters: [{ name: 'width', type: 'int', default: 64 }] },
        ),
      ),
    at: 'Main/blocks input hidden',
    says: 'batch 2 × patches 196 × 8 × 8 came, batch × patches × width 64 is wanted: 3 dimensions are wanted, 4 came',
    fix: 'Insert a reshape that joins axes 2 and 3',
  },
  {
    title: 'a stack without layers that carries nothing',
    make: () =>
      documentOf(
        moduleOf('Main', { x: tensor('2, 196, 64'), blocks: ['Block', {}, { repeat: 0 }], y_out: OUT }, [
          'x.output > blocks.hidden',
          'blocks.score > y_out.input',
        ]),
        moduleOf('Block', { hidden: ['input', { shape: '...' }], act: ['relu'], score_out: OUT }, [
          'hidden.output > act.input',
          'act.output > score_out.input',
        ]),
      ),
    at: 'Main/blocks output score',
    says: 'a stack without layers has no output "score": no input has its name, so nothing passes through',
    fix: 'Make it one layer',
  },
];
