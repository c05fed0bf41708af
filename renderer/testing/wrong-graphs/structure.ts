/** Templates that were edited wrongly, and values that cannot be read. */
import { apply } from '../../../graph/diff.ts';
import { templateDocument } from '../../../nodes/testing/graphs.ts';
import {
  edited,
  graphOf,
  OUT,
  repeated,
  tensor,
  unwired,
  wired,
  withHyperparameter,
  without,
  withParam,
  type WrongGraph,
} from './making.ts';

export const WRONG_STRUCTURES: readonly WrongGraph[] = [
  {
    title: 'heads that do not divide the width',
    make: async () => edited(await templateDocument('vit'), withHyperparameter('num_heads', 10)),
    at: 'ViT/blocks num_heads',
    says: 'blocks.embed_dim 96 is not divisible by num_heads 10; 8 or 12 would be',
    fix: 'Set num_heads to 8',
  },
  {
    title: 'heads of the text that do not divide its width',
    make: async () => edited(await templateDocument('vlm'), withHyperparameter('num_heads_text', 7)),
    at: 'TransformerDecoder/layers nhead',
    says: 'layers.d_model 96 is not divisible by nhead 7; 6 or 8 would be',
    fix: 'Set nhead to 6',
  },
  {
    title: 'a projector for another width of features',
    make: async () => edited(await templateDocument('vlm'), withParam('VLM', 'projector', 'vision_hidden_size', 1024)),
    at: 'VLM/projector input image_features vision_hidden_size',
    says: 'batch 2 × patches 16 × embed_dim 96 came, batch × patches × vision_hidden_size 1024 is wanted: axis 2 is 96, not vision_hidden_size 1024',
    fix: 'Set vision_hidden_size to embed_dim',
  },
  {
    title: 'a projector into another width of text',
    make: async () => edited(await templateDocument('vlm'), withParam('VLM', 'projector', 'text_hidden_size', 640)),
    at: 'VLM/merge input image_features hidden_size',
    says: 'batch 2 × patches 16 × text_hidden_size 640 came, batch 2 × patches × hidden_size 96 is wanted: axis 2 is 640, not hidden_size 96',
    fix: 'Insert a projector: Linear 640 → 96',
  },
  {
    title: 'a merge without a projector',
    make: async () =>
      edited(
        await templateDocument('vlm'),
        withHyperparameter('hidden_size', 192),
        without('VLM', 'projector'),
        wired('VLM', 'vision_encoder.features > merge.image_features'),
      ),
    at: 'VLM/merge input image_features hidden_size',
    says: 'batch 2 × patches 16 × embed_dim 96 came, batch 2 × patches × hidden_size 192 is wanted: axis 2 is 96, not hidden_size 192',
    fix: 'Insert a projector: Linear 96 → 192',
  },
  {
    title: 'ids wired into the decoder, past the embedding',
    make: async () => edited(await templateDocument('vlm'), wired('VLM', 'input_ids.ids > merge.text_embeddings')),
    at: 'VLM/merge input text_embeddings',
    says: 'i32 came, f32 is wanted',
    fix: 'Insert an embedding of 99 ids in 96',
  },
  {
    title: 'attention inside a block that nothing is wired to',
    make: async () =>
      edited(await templateDocument('vit'), unwired('VisionTransformerBlock', 'attention', 'hidden_states')),
    at: 'VisionTransformerBlock/attention input hidden_states',
    says: 'input "hidden_states" is not connected',
    fix: 'Connect hidden_states',
  },
  {
    title: 'a missing input of the model',
    make: async () => edited(await templateDocument('vit'), unwired('ViT', 'embeddings', 'pixel_values')),
    at: 'ViT/embeddings input pixel_values',
    says: 'input "pixel_values" is not connected',
    fix: 'Connect pixel_values',
  },
  {
    title: 'an output that nothing is wired to',
    make: async () => edited(await templateDocument('vit'), unwired('ViT', 'features_out', 'input')),
    at: 'ViT/features_out input input',
    says: 'nothing is wired to output "features" of ViT',
    fix: 'Connect norm',
  },
  {
    title: 'keys that are not transposed, inside a block that is repeated',
    make: async () => edited(await templateDocument('vit'), wired('VisionAttention', 'key.output > scores.b')),
    at: 'VisionAttention/scores input b',
    says: 'the last axis of a (head_dim 16) must equal the axis before the last of b (patches 144); transposed, b would fit',
    fix: 'Insert a transpose of axes 2 and 3',
  },
  {
    title: 'heads that are merged before they are moved back',
    make: async () =>
      edited(
        await templateDocument('vit'),
        withParam('VisionAttention', 'query_heads', 'shape', 'input.shape[0], input.shape[1], num_heads, 32'),
      ),
    at: 'VisionAttention/query_heads shape',
    says: '13824 elements (batch 1 × patches 144 × embed_dim 96) do not fill batch 1 × patches 144 × num_heads 6 × 32',
    fix: 'Set shape to input.shape[0], input.shape[1], num_heads, -1',
  },
  {
    title: 'positions for another number of patches',
    make: async () =>
      edited(await templateDocument('vit'), withParam('VisionEmbeddings', 'position_embedding', 'num_patches', 197)),
    at: 'VisionEmbeddings/add_positions input b',
    says: 'patches 197 × embed_dim 96 does not broadcast with batch 1 × patches 144 × embed_dim 96: counted from the right, sizes must be equal, or one of them 1',
    fix: null,
  },
  {
    title: 'patches of another picture size',
    make: async () => edited(await templateDocument('vit'), withParam('ViT', 'embeddings', 'image_size', 256)),
    at: 'ViT/embeddings input pixel_values image_size',
    says: 'batch 1 × num_channels 3 × image_size 96 × image_size 96 came, batch × num_channels 3 × image_size 256 × image_size 256 is wanted: axis 2 is 96, not image_size 256',
    fix: 'Set image_size to that of the module, 96',
  },
  {
    title: 'patches of a picture that they do not divide',
    make: async () => edited(await templateDocument('vit'), withHyperparameter('patch_size', 15)),
    at: 'PatchEmbedding/patch_embedding patch_size',
    says: '96 × 96 pixels do not divide into patches of 15: 6 rows and 6 columns at the edge are left out',
    fix: 'Set patch_size to 12',
  },
  {
    title: 'weights shared with what does not exist',
    make: async () => {
      const document = await templateDocument('vit');
      const node = document.modules[0]!.nodes.findIndex(({ id }) => id === 'first_attention');
      return apply(document, [
        {
          kind: 'set',
          path: ['modules', 'ViT', 'nodes', 'first_attention', 'shares'],
          before: document.modules[0]!.nodes[node]!.shares,
          after: 'blocks.0.atention',
        },
      ]);
    },
    at: 'ViT/first_attention shares',
    says: 'there is no instance "blocks.0.atention" to share weights with; did you mean blocks.0.attention?',
    fix: 'Share the weights of blocks.0.attention',
  },
  {
    title: 'weights shared with another kind of module',
    make: async () => {
      const document = await templateDocument('vit');
      return apply(document, [
        {
          kind: 'set',
          path: ['modules', 'ViT', 'nodes', 'first_attention', 'shares'],
          before: 'blocks.0.attention',
          after: 'blocks.0.mlp',
        },
      ]);
    },
    at: 'ViT/first_attention shares',
    says: 'blocks.0.mlp is a VisionMLP; only a VisionAttention has the weights that this needs',
    fix: 'Give first_attention its own weights',
  },
  {
    title: 'a number of layers that is no whole number',
    make: async () => edited(await templateDocument('vit'), repeated('ViT', 'blocks', 'depth / 2')),
    at: 'ViT/blocks repeat',
    says: 'repeat wants a whole number; depth / 2 is 2.0, a float',
    fix: 'Write int(depth / 2)',
  },
  {
    title: 'a negative number of layers',
    make: async () => edited(await templateDocument('vit'), repeated('ViT', 'blocks', 'depth - 5')),
    at: 'ViT/blocks repeat',
    says: 'repeat is -1; it must be at least 0',
    fix: 'Make it one layer',
  },
  {
    title: 'an unknown name in an expression',
    make: async () => edited(await templateDocument('vit'), withParam('ViT', 'norm', 'normalized_shape', 'embed_dmi')),
    at: 'ViT/norm normalized_shape',
    says: 'embed_dmi: unknown name embed_dmi; known are image_size, patch_size, num_channels, embed_dim, depth, num_heads, mlp_ratio, batch',
    fix: 'Write embed_dim',
  },
  {
    title: 'a division by zero in an expression',
    make: () =>
      graphOf(
        { x: tensor('2, 128'), scaled: ['multiply', { value: '1 / (heads - 8)' }], y_out: OUT },
        ['x.output > scaled.a', 'scaled.output > y_out.input'],
        { hyperparameters: [{ name: 'heads', type: 'int', default: 8 }] },
      ),
    at: 'Main/scaled value',
    says: '1 / (heads - 8): division by zero',
    fix: 'Reset value to its default',
  },
  {
    title: 'an expression that ends too early',
    make: () =>
      graphOf(
        { x: tensor('2, 128'), proj: ['linear', { out_features: '(width * 2' }], y_out: OUT },
        ['x.output > proj.input', 'proj.output > y_out.input'],
        { hyperparameters: [{ name: 'width', type: 'int', default: 8 }] },
      ),
    at: 'Main/proj out_features',
    says: '(width * 2: unclosed (',
    fix: 'Reset out_features to its default',
  },
  {
    title: 'a width that is a fraction',
    make: () =>
      graphOf(
        { x: tensor('2, 128'), proj: ['linear', { out_features: 'width / 3' }], y_out: OUT },
        ['x.output > proj.input', 'proj.output > y_out.input'],
        { hyperparameters: [{ name: 'width', type: 'int', default: 96 }] },
      ),
    at: 'Main/proj out_features',
    says: 'out_features wants a whole number; width / 3 is 32.0, a float',
    fix: 'Write int(width / 3)',
  },
  {
    title: 'a width of zero',
    make: () =>
      graphOf({ x: tensor('2, 128'), proj: ['linear', { out_features: 0 }], y_out: OUT }, [
        'x.output > proj.input',
        'proj.output > y_out.input',
      ]),
    at: 'Main/proj out_features',
    says: 'out_features is 0; it must be at least 1',
    fix: 'Set out_features to 1',
  },
  {
    title: 'a probability over one',
    make: () =>
      graphOf({ x: tensor('2, 128'), drop: ['dropout', { p: 1.5 }], y_out: OUT }, [
        'x.output > drop.input',
        'drop.output > y_out.input',
      ]),
    at: 'Main/drop p',
    says: 'p is 1.5; it must be at most 1',
    fix: 'Set p to 1',
  },
  {
    title: 'a choice that does not exist',
    make: () =>
      graphOf({ x: tensor('2, 128'), same: ['compare', { comparison: 'greatr' }], y_out: OUT }, [
        'x.output > same.a',
        'same.output > y_out.input',
      ]),
    at: 'Main/same comparison',
    says: 'comparison has no choice "greatr"; did you mean greater?',
    fix: 'Set comparison to greater',
  },
  {
    title: 'a parameter that the node does not have',
    make: () =>
      graphOf({ x: tensor('2, 128'), proj: ['linear', { out_feature: 64 }], y_out: OUT }, [
        'x.output > proj.input',
        'proj.output > y_out.input',
      ]),
    at: 'Main/proj out_feature',
    says: 'proj has no parameter "out_feature"; did you mean out_features?',
    fix: 'Rename it to out_features',
  },
];
