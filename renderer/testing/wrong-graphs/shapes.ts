/** Graphs whose shapes do not fit. */
import { graphOf, OUT, tensor, type WrongGraph } from './making.ts';

export const WRONG_SHAPES: readonly WrongGraph[] = [
  {
    title: 'a linear of another width',
    make: () =>
      graphOf({ x: tensor('2, 196, 768'), proj: ['linear', { in_features: 512, out_features: 64 }], y_out: OUT }, [
        'x.output > proj.input',
        'proj.output > y_out.input',
      ]),
    at: 'Main/proj input input in_features',
    says: '2 × 196 × 768 came, … × in_features 512 is wanted: axis 2 is 768, not in_features 512',
    fix: 'Set in_features to 768',
  },
  {
    title: 'a linear of another width, behind a hyperparameter that others use as well',
    make: () =>
      graphOf(
        {
          x: tensor('2, 196, 512'),
          a: tensor('2, 196, d'),
          norm: ['layer_norm', { normalized_shape: 'd' }],
          sum: ['add'],
          y_out: OUT,
        },
        ['x.output > norm.input', 'norm.output > sum.a', 'a.output > sum.b', 'sum.output > y_out.input'],
        { hyperparameters: [{ name: 'd', type: 'int', default: 768 }] },
      ),
    at: 'Main/norm input input normalized_shape',
    says: '2 × 196 × 512 came, … × normalized_shape 768 is wanted: axis 2 is 512, not normalized_shape 768',
    fix: 'Set normalized_shape to 512',
  },
  {
    title: 'a normalisation of another width',
    make: () =>
      graphOf({ x: tensor('2, 196, 768'), norm: ['layer_norm', { normalized_shape: 512 }], y_out: OUT }, [
        'x.output > norm.input',
        'norm.output > y_out.input',
      ]),
    at: 'Main/norm input input normalized_shape',
    says: '2 × 196 × 768 came, … × normalized_shape 512 is wanted: axis 2 is 768, not normalized_shape 512',
    fix: 'Set normalized_shape to 768',
  },
  {
    title: 'an RMS normalisation of another width',
    make: () =>
      graphOf({ x: tensor('2, 196, 768'), norm: ['rms_norm', { normalized_shape: 64 }], y_out: OUT }, [
        'x.output > norm.input',
        'norm.output > y_out.input',
      ]),
    at: 'Main/norm input input normalized_shape',
    says: '2 × 196 × 768 came, … × normalized_shape 64 is wanted: axis 2 is 768, not normalized_shape 64',
    fix: 'Set normalized_shape to 768',
  },
  {
    title: 'swapped axes before a linear',
    make: () =>
      graphOf(
        {
          x: tensor('2, 768, 196'),
          d: tensor('2, 196, 768'),
          proj: ['linear', { in_features: 768, out_features: 768 }],
          sum: ['add'],
          y_out: OUT,
        },
        ['x.output > proj.input', 'proj.output > sum.a', 'd.output > sum.b', 'sum.output > y_out.input'],
      ),
    at: 'Main/proj input input in_features',
    says: '2 × 768 × 196 came, … × in_features 768 is wanted: axis 2 is 196, not in_features 768',
    fix: 'Insert a transpose of axes 1 and 2',
  },
  {
    title: 'swapped axes before an addition',
    make: () =>
      graphOf({ x: tensor('2, 196, 768'), p: tensor('768, 196'), sum: ['add'], y_out: OUT }, [
        'x.output > sum.a',
        'p.output > sum.b',
        'sum.output > y_out.input',
      ]),
    at: 'Main/sum input b',
    says: '768 × 196 does not broadcast with 2 × 196 × 768: counted from the right, sizes must be equal, or one of them 1',
    fix: 'Insert a transpose of axes 0 and 1',
  },
  {
    title: 'a product with the right factor not transposed',
    make: () =>
      graphOf({ q: tensor('2, 12, 196, 64'), k: tensor('2, 12, 196, 64'), scores: ['matmul'], y_out: OUT }, [
        'q.output > scores.a',
        'k.output > scores.b',
        'scores.output > y_out.input',
      ]),
    at: 'Main/scores input b',
    says: 'the last axis of a (64) must equal the axis before the last of b (196); transposed, b would fit',
    fix: 'Insert a transpose of axes 2 and 3',
  },
  {
    title: 'a product whose inner sizes have nothing in common',
    make: () =>
      graphOf({ q: tensor('2, 196, 512'), k: tensor('2, 64, 196'), scores: ['matmul'], y_out: OUT }, [
        'q.output > scores.a',
        'k.output > scores.b',
        'scores.output > y_out.input',
      ]),
    at: 'Main/scores input b',
    says: 'the last axis of a (512) must equal the axis before the last of b (64)',
    fix: 'Insert a projector: Linear 512 → 64',
  },
  {
    title: 'a product with a scalar',
    make: () =>
      graphOf({ q: tensor('2, 196, 512'), s: tensor(''), scores: ['matmul'], y_out: OUT }, [
        'q.output > scores.a',
        's.output > scores.b',
        'scores.output > y_out.input',
      ]),
    at: 'Main/scores input b',
    says: 'a matrix product needs at least one axis, and got a scalar',
    fix: null,
  },
  {
    title: 'a product whose heads do not broadcast',
    make: () =>
      graphOf({ q: tensor('2, 12, 196, 64'), k: tensor('2, 8, 64, 196'), scores: ['matmul'], y_out: OUT }, [
        'q.output > scores.a',
        'k.output > scores.b',
        'scores.output > y_out.input',
      ]),
    at: 'Main/scores input b',
    says: 'the leading axes do not broadcast: 2 × 12 with 2 × 8; counted from the right, sizes must be equal, or one of them 1',
    fix: null,
  },
  {
    title: 'an addition of another width',
    make: () =>
      graphOf({ x: tensor('2, 196, 768'), p: tensor('1, 196, 512'), sum: ['add'], y_out: OUT }, [
        'x.output > sum.a',
        'p.output > sum.b',
        'sum.output > y_out.input',
      ]),
    at: 'Main/sum input b',
    says: '1 × 196 × 512 does not broadcast with 2 × 196 × 768: counted from the right, sizes must be equal, or one of them 1',
    fix: 'Insert a projector: Linear 512 → 768',
  },
  {
    title: 'an addition of pictures of patches to sequences of patches',
    make: () =>
      graphOf({ x: tensor('2, 196, 768'), p: tensor('2, 14, 14, 768'), sum: ['add'], y_out: OUT }, [
        'x.output > sum.a',
        'p.output > sum.b',
        'sum.output > y_out.input',
      ]),
    at: 'Main/sum input b',
    says: '2 × 14 × 14 × 768 does not broadcast with 2 × 196 × 768: counted from the right, sizes must be equal, or one of them 1',
    fix: 'Insert a reshape that joins axes 1 and 2',
  },
  {
    title: 'two batches that disagree',
    make: () =>
      graphOf({ x: tensor('3, 196, 768'), p: tensor('2, 196, 768'), sum: ['multiply'], y_out: OUT }, [
        'x.output > sum.a',
        'p.output > sum.b',
        'sum.output > y_out.input',
      ]),
    at: 'Main/sum input b',
    says: '2 × 196 × 768 does not broadcast with 3 × 196 × 768: counted from the right, sizes must be equal, or one of them 1',
    fix: null,
  },
  {
    title: 'a weight for each sequence, where one for each width is wanted',
    make: () =>
      graphOf({ x: tensor('4, 196, 768'), w: tensor('4'), scaled: ['multiply'], y_out: OUT }, [
        'x.output > scaled.a',
        'w.output > scaled.b',
        'scaled.output > y_out.input',
      ]),
    at: 'Main/scaled input b',
    says: '4 does not broadcast with 4 × 196 × 768: counted from the right, sizes must be equal, or one of them 1',
    fix: 'Insert a reshape that adds axes 1 and 2',
  },
  {
    title: 'keys of another width than queries',
    make: () =>
      graphOf(
        {
          q: tensor('2, 8, 10, 64'),
          k: tensor('2, 8, 26, 32'),
          v: tensor('2, 8, 26, 64'),
          attend: ['scaled_dot_product_attention'],
          y_out: OUT,
        },
        ['q.output > attend.query', 'k.output > attend.key', 'v.output > attend.value', 'attend.output > y_out.input'],
      ),
    at: 'Main/attend input key',
    says: '2 × 8 × 26 × 32 came, … × keys × head_dim 64 is wanted: axis 3 is 32, not head_dim 64',
    fix: 'Insert a projector: Linear 32 → 64',
  },
  {
    title: 'fewer values than keys',
    make: () =>
      graphOf(
        {
          q: tensor('2, 8, 10, 64'),
          k: tensor('2, 8, 26, 64'),
          v: tensor('2, 8, 10, 64'),
          attend: ['scaled_dot_product_attention'],
          y_out: OUT,
        },
        ['q.output > attend.query', 'k.output > attend.key', 'v.output > attend.value', 'attend.output > y_out.input'],
      ),
    at: 'Main/attend input value',
    says: '2 × 8 × 10 × 64 came, … × keys 26 × value_dim is wanted: axis 2 is 10, not keys 26',
    fix: null,
  },
  {
    title: 'a mask of the wrong shape',
    make: () =>
      graphOf(
        {
          q: tensor('2, 8, 10, 64'),
          k: tensor('2, 8, 26, 64'),
          v: tensor('2, 8, 26, 64'),
          mask: ['causal_mask', { dim: 2 }],
          attend: ['scaled_dot_product_attention'],
          y_out: OUT,
        },
        [
          'q.output > attend.query',
          'k.output > attend.key',
          'v.output > attend.value',
          'q.output > mask.input',
          'mask.mask > attend.mask',
          'attend.output > y_out.input',
        ],
      ),
    at: 'Main/attend input mask',
    says: 'the mask queries 10 × keys 10 does not broadcast to the weights 2 × 8 × queries 10 × keys 26',
    fix: null,
  },
  {
    title: 'numbers where a mask belongs',
    make: () =>
      graphOf({ m: tensor('2, 10, 1'), x: tensor('2, 10, 64'), chosen: ['where'], y_out: OUT }, [
        'm.output > chosen.condition',
        'x.output > chosen.a',
        'chosen.output > y_out.input',
      ]),
    at: 'Main/chosen input condition',
    says: 'f32 came, bool is wanted',
    fix: 'Insert a comparison: not 0',
  },
  {
    title: 'a mask where features belong',
    make: () =>
      graphOf({ x: tensor('2, 10, 64'), mask: ['causal_mask'], proj: ['linear', { in_features: 10 }], y_out: OUT }, [
        'x.output > mask.input',
        'mask.mask > proj.input',
        'proj.output > y_out.input',
      ]),
    at: 'Main/proj input input',
    says: 'bool came, f32 is wanted',
    fix: null,
  },
];
