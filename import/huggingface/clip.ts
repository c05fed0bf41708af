/**
 * CLIP (https://huggingface.co/docs/transformers/model_doc/clip; Radford et al. 2021): two transformers that meet in one
 * space. Pictures are read off a class token, texts off the place of their last token.
 */
import type { GraphModule } from '../../graph/schema.ts';
import { chain, defineModule, instance, leaf, port, result, same } from '../module-draft.ts';
import type { Architecture, ImportedModel, Preparation } from './architecture.ts';
import type { Config } from './config.ts';
import { ENCODER, encoderKinds, encoderModules, encoderName, encoderSizes, NORM } from './encoder.ts';
import { size } from './hyperparameters.ts';
import {
  bothSizes,
  encoderConfig,
  handedOn,
  IDS,
  IDS_TYPE,
  imported,
  inputIds,
  scores,
  sizesOf,
  textEmbeddings,
} from './two-encoders.ts';
import { PIXELS, pixelValues, VISION, visionSizes } from './vision.ts';

export const clip: Architecture = {
  modelType: 'clip',
  readsText: true,
  vision: visionOf,
  preprocessor: {
    do_center_crop: true,
    resample: 3,
    image_mean: [0.48145466, 0.4578275, 0.40821073],
    image_std: [0.26862954, 0.26130258, 0.27577711],
  },
  defaults: { text_config: {}, vision_config: {}, projection_dim: 512, logit_scale_init_value: 2.6592 },
  classes: { CLIPModel: importModel },
};

const ENCODER_DEFAULTS = { num_hidden_layers: 12, hidden_act: 'quick_gelu', layer_norm_eps: 1e-5 };

/** In files of the first versions `eos_token_id` is this, which was never the end of a text. */
const LEGACY_EOS = 2;

function textOf(config: Config): Config {
  return encoderConfig(config, 'text_config', {
    ...ENCODER_DEFAULTS,
    vocab_size: 49408,
    hidden_size: 512,
    intermediate_size: 2048,
    num_attention_heads: 8,
    max_position_embeddings: 77,
    pad_token_id: 1,
    eos_token_id: 49407,
  });
}

function visionOf(config: Config): Config {
  return encoderConfig(config, 'vision_config', {
    ...ENCODER_DEFAULTS,
    hidden_size: 768,
    intermediate_size: 3072,
    num_attention_heads: 12,
    num_channels: 3,
    image_size: 224,
    patch_size: 32,
  });
}

function importModel(config: Config, preparation: Preparation): ImportedModel {
  const [text, vision] = [textOf(config), visionOf(config)];
  const [textKind, visionKind] = encoderKinds(text, vision);
  const compared = scores('visual_projection', 'text_projection', false);
  const projection = (from: string) => ({ in_features: from, out_features: 'projection_dim', bias: false });
  const main = defineModule({
    name: 'CLIPModel',
    help: 'How well each picture fits each text: cosines of what two transformers make of them, times exp(logit_scale).',
    hyperparameters: [...bothSizes(text, vision), size('projection_dim', config.size('projection_dim'))],
    sizes: sizesOf(text),
    nodes: [
      pixelValues(preparation.picture),
      inputIds(text, preparation.tokens),
      instance('text_model', 'CLIPTextTransformer', handedOn('text_')),
      instance('vision_model', 'CLIPVisionTransformer', handedOn('vision_')),
      leaf('visual_projection', 'linear', projection('vision_hidden_size')),
      leaf('text_projection', 'linear', projection('text_hidden_size')),
      leaf('logit_scale', 'parameter', { value: config.float('logit_scale_init_value') }),
      ...compared.nodes,
    ],
    wires: [
      ...chain('pixel_values', 'vision_model.pixel_values/pooler_output', 'visual_projection'),
      ...chain(
        preparation.tokens ? 'input_ids.ids' : 'input_ids',
        'text_model.input_ids/pooler_output',
        'text_projection',
      ),
      ...compared.wires,
    ],
  });
  return imported(text, vision, [
    main,
    textModule(text, encoderName({ prefix: 'CLIP', kind: textKind })),
    textEmbeddings('CLIP', text),
    visionModule(vision, encoderName({ prefix: 'CLIP', kind: visionKind })),
    visionEmbeddings(vision),
    ...encoderModules({ prefix: 'CLIP', kind: textKind, masked: true, config: text }),
    ...encoderModules({ prefix: 'CLIP', kind: visionKind, masked: true, config: vision }),
  ]);
}

function textModule(config: Config, encoder: string): GraphModule {
  const end = endOfText(config.id('eos_token_id'));
  return defineModule({
    name: 'CLIPTextTransformer',
    help: 'A transformer that reads a text from left to right; its end of text, which has read all of it, stands for it.',
    hyperparameters: [
      size('vocab_size', config.size('vocab_size')),
      size('max_position_embeddings', config.size('max_position_embeddings')),
      ...encoderSizes(config),
    ],
    nodes: [
      port('input_ids', IDS, IDS_TYPE),
      instance('embeddings', 'CLIPTextEmbeddings', same('vocab_size', 'max_position_embeddings', 'hidden_size')),
      instance('encoder', encoder, same(...ENCODER)),
      leaf('final_layer_norm', 'layer_norm', NORM),
      leaf('causal_mask', 'causal_mask', { dim: 1 }),
      ...end.nodes,
      leaf('end_of_text', 'take_at'),
      result('last_hidden_state'),
      result('pooler_output'),
    ],
    wires: [
      ...chain(
        'input_ids',
        'embeddings.input_ids/embeddings',
        'encoder.hidden_states/hidden_states',
        'final_layer_norm',
      ),
      ...chain('input_ids', 'causal_mask.input/mask', 'encoder.mask'),
      ...chain('final_layer_norm', 'last_hidden_state_out'),
      ...chain('final_layer_norm', 'end_of_text.input', 'pooler_output_out'),
      ...end.wires,
      ...chain('end_position', 'end_of_text.positions'),
    ],
  });
}

/** Where each text ends, as `end_position`: at its first end-of-text id, or at its largest id in files of the first versions. */
function endOfText(eos: number) {
  const position = leaf('end_position', 'argmax', { dim: -1 });
  if (eos === LEGACY_EOS) return { nodes: [position], wires: chain('input_ids', 'end_position') };
  return {
    nodes: [
      leaf('is_end', 'compare', { comparison: 'equal', value: eos }),
      leaf('yes', 'constant', { value: 1 }),
      leaf('marks', 'where', { value: 0 }),
      position,
    ],
    wires: [...chain('input_ids', 'is_end.a', 'marks.condition', 'end_position'), ...chain('yes', 'marks.a')],
  };
}

function visionModule(config: Config, encoder: string): GraphModule {
  return defineModule({
    name: 'CLIPVisionTransformer',
    help: 'A Vision Transformer that normalises before its first layer; its class token stands for the picture.',
    hyperparameters: [...visionSizes(config), ...encoderSizes(config)],
    nodes: [
      port('pixel_values', PIXELS, { flow: 'image' }),
      instance('embeddings', 'CLIPVisionEmbeddings', same(...VISION, 'hidden_size')),
      leaf('pre_layrnorm', 'layer_norm', NORM),
      instance('encoder', encoder, same(...ENCODER)),
      leaf('post_layernorm', 'layer_norm', NORM),
      leaf('class_token', 'select', { dim: 1, index: 0 }),
      result('last_hidden_state'),
      result('pooler_output'),
    ],
    wires: [
      ...chain('pixel_values', 'embeddings.pixel_values/embeddings', 'pre_layrnorm'),
      ...chain(
        'pre_layrnorm',
        'encoder.hidden_states/hidden_states',
        'class_token',
        'post_layernorm',
        'pooler_output_out',
      ),
      ...chain('encoder.hidden_states', 'last_hidden_state_out'),
    ],
  });
}

function visionEmbeddings(config: Config): GraphModule {
  return defineModule({
    name: 'CLIPVisionEmbeddings',
    help: 'A learned class token before the patches, and a learned vector added to each place.',
    hyperparameters: [...visionSizes(config), size('hidden_size', config.size('hidden_size'))],
    nodes: [
      port('pixel_values', PIXELS, { flow: 'image' }),
      leaf('class_embedding', 'parameter', { shape: 'hidden_size', init: 'normal', value: 1 }),
      leaf('patch_embedding', 'patchify', {
        num_channels: 'num_channels',
        embed_dim: 'hidden_size',
        patch_size: 'patch_size',
        bias: false,
      }),
      leaf('position_embedding', 'position_embedding', {
        num_patches: '(image_size // patch_size) ** 2 + 1',
        embed_dim: 'hidden_size',
      }),
      leaf('flatten', 'flatten', { start_dim: 2, end_dim: 3 }),
      leaf('to_sequence', 'transpose', { dim0: 1, dim1: 2 }),
      leaf('class_tokens', 'expand', { shape: 'like.shape[0], 1, hidden_size' }),
      leaf('tokens', 'concat', { dim: 1 }),
      leaf('add_positions', 'add'),
      result('embeddings'),
    ],
    wires: [
      ...chain(
        'pixel_values',
        'patch_embedding',
        'flatten',
        'to_sequence',
        'tokens.b',
        'add_positions.a',
        'embeddings_out',
      ),
      ...chain('class_embedding', 'class_tokens', 'tokens.a'),
      ...chain('to_sequence', 'class_tokens.like'),
      ...chain('position_embedding', 'add_positions.b'),
    ],
  });
}
