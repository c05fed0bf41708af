/** CLIP's two transformers: a text is read off the place of its last token, a picture off a class token. */
import type { GraphModule } from '../../graph/schema.ts';
import { chain, defineModule, instance, leaf, port, result, same } from '../module-draft.ts';
import type { Config, JsonObject } from './config.ts';
import {
  ENCODER,
  encoderModules,
  encoderName,
  encoderSizes,
  NORM,
  type EncoderKind,
  type EncoderSpec,
} from './encoder.ts';
import { size } from './hyperparameters.ts';
import { IDS, IDS_TYPE, textEmbeddings } from './two-encoders.ts';
import { PIXELS, VISION, visionSizes } from './vision.ts';

const DEFAULTS = {
  num_hidden_layers: 12,
  hidden_act: 'quick_gelu',
  layer_norm_eps: 1e-5,
  attention_dropout: 0,
  projection_dim: 512,
};

/** Of Hugging Face's CLIPTextConfig. */
export const TEXT_DEFAULTS: JsonObject = {
  ...DEFAULTS,
  vocab_size: 49408,
  hidden_size: 512,
  intermediate_size: 2048,
  num_attention_heads: 8,
  max_position_embeddings: 77,
  pad_token_id: 1,
  eos_token_id: 49407,
};

/** Of its CLIPVisionConfig. */
export const VISION_DEFAULTS: JsonObject = {
  ...DEFAULTS,
  hidden_size: 768,
  intermediate_size: 3072,
  num_attention_heads: 12,
  num_channels: 3,
  image_size: 224,
  patch_size: 32,
};

/** In files of the first versions `eos_token_id` is this, which was never the end of a text. */
const LEGACY_EOS = 2;

/** CLIPTextTransformer first, then what it is made of. */
export function textModules(config: Config, kind: EncoderKind): readonly GraphModule[] {
  const spec: EncoderSpec = { prefix: 'CLIP', kind, masked: true, config };
  return [textModule(config, encoderName(spec)), textEmbeddings('CLIP', config), ...encoderModules(spec)];
}

/** CLIPVisionTransformer first, then what it is made of. */
export function visionModules(config: Config, kind: EncoderKind): readonly GraphModule[] {
  const spec: EncoderSpec = { prefix: 'CLIP', kind, masked: true, config };
  return [visionModule(config, encoderName(spec)), visionEmbeddings(config), ...encoderModules(spec)];
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
