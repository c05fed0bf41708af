/**
 * SigLIP's two transformers, without class tokens: pictures are pooled by an attention whose query is learned, texts read
 * off their last place.
 */
import type { GraphModule } from '../../graph/schema.ts';
import { MODULES } from '../../nodes/modules/registry.ts';
import { chain, defineModule, instance, leaf, port, result, same } from '../module-draft.ts';
import type { Config, JsonObject } from './config.ts';
import {
  ENCODER,
  encoderModules,
  encoderName,
  encoderSizes,
  LAYER,
  layerSizes,
  NORM,
  TOKENS,
  type EncoderKind,
  type EncoderSpec,
} from './encoder.ts';
import { size } from './hyperparameters.ts';
import { IDS, IDS_TYPE, textEmbeddings } from './two-encoders.ts';
import { PIXELS, VISION, visionSizes } from './vision.ts';

const DEFAULTS = {
  hidden_size: 768,
  intermediate_size: 3072,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  hidden_act: 'gelu_pytorch_tanh',
  layer_norm_eps: 1e-6,
  attention_dropout: 0,
};

/** Of Hugging Face's SiglipTextConfig. */
export const TEXT_DEFAULTS: JsonObject = {
  ...DEFAULTS,
  vocab_size: 32000,
  max_position_embeddings: 64,
  pad_token_id: 1,
};

/** Of its SiglipVisionConfig. */
export const VISION_DEFAULTS: JsonObject = {
  ...DEFAULTS,
  num_channels: 3,
  image_size: 224,
  patch_size: 16,
  vision_use_head: true,
};

/** SiglipTextTransformer first, then what it is made of. */
export function textModules(config: Config, kind: EncoderKind): readonly GraphModule[] {
  const spec: EncoderSpec = { prefix: 'Siglip', kind, masked: false, config };
  return [textModule(config, encoderName(spec)), textEmbeddings('Siglip', config), ...encoderModules(spec)];
}

/** SiglipVisionTransformer first, then what it is made of. */
export function visionModules(config: Config, kind: EncoderKind): readonly GraphModule[] {
  const spec: EncoderSpec = { prefix: 'Siglip', kind, masked: false, config };
  return [
    visionModule(config, encoderName(spec)),
    visionEmbeddings(config),
    ...(config.bool('vision_use_head') ? poolingModules(spec) : []),
    ...encoderModules(spec),
  ];
}

/** Size of a text's vector, which is that of its tokens unless something else is said. */
export function projectionSize(config: Config): number {
  return config.size(config.has('projection_size') ? 'projection_size' : 'hidden_size');
}

function textModule(config: Config, encoder: string): GraphModule {
  return defineModule({
    name: 'SiglipTextTransformer',
    help: 'A transformer in which every token sees every other, padding too; the last place stands for the text.',
    hyperparameters: [
      size('vocab_size', config.size('vocab_size')),
      size('max_position_embeddings', config.size('max_position_embeddings')),
      ...encoderSizes(config),
      size('projection_size', projectionSize(config)),
    ],
    nodes: [
      port('input_ids', IDS, IDS_TYPE),
      instance('embeddings', 'SiglipTextEmbeddings', same('vocab_size', 'max_position_embeddings', 'hidden_size')),
      instance('encoder', encoder, same(...ENCODER)),
      leaf('final_layer_norm', 'layer_norm', NORM),
      leaf('head', 'linear', { in_features: 'hidden_size', out_features: 'projection_size' }),
      leaf('last', 'select', { dim: 1, index: -1 }),
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
      ...chain('final_layer_norm', 'last', 'head', 'pooler_output_out'),
      ...chain('final_layer_norm', 'last_hidden_state_out'),
    ],
  });
}

function visionModule(config: Config, encoder: string): GraphModule {
  const pooled = config.bool('vision_use_head');
  return defineModule({
    name: 'SiglipVisionTransformer',
    help: `A Vision Transformer without a class token${pooled ? ': an attention pools what its patches say' : ''}.`,
    hyperparameters: [...visionSizes(config), ...encoderSizes(config)],
    nodes: [
      port('pixel_values', PIXELS, { flow: 'image' }),
      instance('embeddings', 'SiglipVisionEmbeddings', same(...VISION, 'hidden_size')),
      instance('encoder', encoder, same(...ENCODER)),
      leaf('post_layernorm', 'layer_norm', NORM),
      ...(pooled ? [instance('head', 'SiglipMultiheadAttentionPoolingHead', same(...LAYER))] : []),
      result('last_hidden_state'),
      ...(pooled ? [result('pooler_output')] : []),
    ],
    wires: [
      ...chain(
        'pixel_values',
        'embeddings.pixel_values/embeddings',
        'encoder.hidden_states/hidden_states',
        'post_layernorm',
      ),
      ...(pooled ? chain('post_layernorm', 'head.hidden_states/pooled', 'pooler_output_out') : []),
      ...chain('post_layernorm', 'last_hidden_state_out'),
    ],
  });
}

function visionEmbeddings(config: Config): GraphModule {
  return defineModule({
    name: 'SiglipVisionEmbeddings',
    help: 'A vector for every square of the picture, row by row, and a learned vector added to each place.',
    hyperparameters: [...visionSizes(config), size('hidden_size', config.size('hidden_size'))],
    nodes: [
      port('pixel_values', PIXELS, { flow: 'image' }),
      leaf('patch_embedding', 'patchify', {
        num_channels: 'num_channels',
        embed_dim: 'hidden_size',
        patch_size: 'patch_size',
      }),
      leaf('position_embedding', 'position_embedding', {
        num_patches: '(image_size // patch_size) ** 2',
        embed_dim: 'hidden_size',
      }),
      leaf('flatten', 'flatten', { start_dim: 2, end_dim: 3 }),
      leaf('to_sequence', 'transpose', { dim0: 1, dim1: 2 }),
      leaf('add_positions', 'add'),
      result('embeddings'),
    ],
    wires: [
      ...chain('pixel_values', 'patch_embedding', 'flatten', 'to_sequence', 'add_positions.a', 'embeddings_out'),
      ...chain('position_embedding', 'add_positions.b'),
    ],
  });
}

/** The head, and the attention that it is made of: the shipped one, whose packed weights have PyTorch's names. */
function poolingModules({ prefix, kind, config }: EncoderSpec): readonly GraphModule[] {
  const head = defineModule({
    name: 'SiglipMultiheadAttentionPoolingHead',
    help: 'One learned query, the probe, asks all patches; an MLP follows, added to the answer.',
    hyperparameters: layerSizes(config),
    nodes: [
      port('hidden_states', TOKENS),
      leaf('probe', 'parameter', { shape: '1, 1, hidden_size', init: 'normal', value: 1 }),
      instance('attention', 'MultiheadAttention', { embed_dim: 'hidden_size', num_heads: 'num_attention_heads' }),
      leaf('layernorm', 'layer_norm', NORM),
      instance('mlp', `${prefix}${kind}MLP`, same('hidden_size', 'intermediate_size')),
      leaf('probes', 'expand', { shape: 'like.shape[0], 1, hidden_size' }),
      leaf('add_mlp', 'add'),
      leaf('only', 'select', { dim: 1, index: 0 }),
      result('pooled'),
    ],
    wires: [
      ...chain('probe', 'probes', 'attention.query/attn_output', 'layernorm', 'mlp.hidden_states/hidden_states'),
      ...chain('hidden_states', 'probes.like'),
      ...chain('hidden_states', 'attention.key'),
      ...chain('hidden_states', 'attention.value'),
      ...chain('attention.attn_output', 'add_mlp.a', 'only', 'pooled_out'),
      ...chain('mlp.hidden_states', 'add_mlp.b'),
    ],
  });
  return [head, MODULES.get('MultiheadAttention')!];
}
