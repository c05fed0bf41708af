/**
 * SigLIP (https://huggingface.co/docs/transformers/model_doc/siglip; Zhai et al. 2023): two transformers without class
 * tokens. Pictures are pooled by an attention whose query is learned, texts read off their last place.
 */
import type { GraphModule } from '../../graph/schema.ts';
import { MODULES } from '../../nodes/modules/registry.ts';
import { chain, defineModule, instance, leaf, port, result, same } from '../module-draft.ts';
import type { Architecture, ImportedModel, Preparation } from './architecture.ts';
import type { Config } from './config.ts';
import {
  ENCODER,
  encoderKinds,
  encoderModules,
  encoderName,
  encoderSizes,
  LAYER,
  layerSizes,
  NORM,
  TOKENS,
  type EncoderSpec,
} from './encoder.ts';
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

export const siglip: Architecture = {
  modelType: 'siglip',
  readsText: true,
  vision: visionOf,
  preprocessor: { resample: 3, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] },
  defaults: { text_config: {}, vision_config: {} },
  classes: { SiglipModel: importModel },
};

const ENCODER_DEFAULTS = {
  hidden_size: 768,
  intermediate_size: 3072,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  hidden_act: 'gelu_pytorch_tanh',
  layer_norm_eps: 1e-6,
};

function textOf(config: Config): Config {
  return encoderConfig(config, 'text_config', {
    ...ENCODER_DEFAULTS,
    vocab_size: 32000,
    max_position_embeddings: 64,
    pad_token_id: 1,
  });
}

function visionOf(config: Config): Config {
  return encoderConfig(config, 'vision_config', {
    ...ENCODER_DEFAULTS,
    num_channels: 3,
    image_size: 224,
    patch_size: 16,
    vision_use_head: true,
  });
}

function importModel(config: Config, preparation: Preparation): ImportedModel {
  const [text, vision] = [textOf(config), visionOf(config)];
  const [textKind, visionKind] = encoderKinds(text, vision);
  if (!vision.bool('vision_use_head'))
    throw vision.fault('vision_use_head', 'without its head a picture has no vector to be compared by');
  const projection = text.has('projection_size') ? text.size('projection_size') : text.size('hidden_size');
  if (projection !== vision.size('hidden_size'))
    throw text.fault(
      'projection_size',
      `it is ${projection}, and the pictures' vectors have ${vision.size('hidden_size')}`,
    );
  const compared = scores('vision_model.pooler_output', 'text_model.pooler_output', true);
  const textSpec: EncoderSpec = { prefix: 'Siglip', kind: textKind, masked: false, config: text };
  const visionSpec: EncoderSpec = { ...textSpec, kind: visionKind, config: vision };
  const main = defineModule({
    name: 'SiglipModel',
    help: 'Whether each picture goes with each text: cosines, times exp(logit_scale), plus logit_bias; σ of it is the probability.',
    hyperparameters: [...bothSizes(text, vision), size('projection_size', projection)],
    sizes: sizesOf(text),
    nodes: [
      pixelValues(preparation.picture),
      inputIds(text, preparation.tokens),
      instance('text_model', 'SiglipTextTransformer', { ...handedOn('text_'), projection_size: 'projection_size' }),
      instance('vision_model', 'SiglipVisionTransformer', handedOn('vision_')),
      leaf('logit_scale', 'parameter', { shape: '1' }),
      leaf('logit_bias', 'parameter', { shape: '1' }),
      ...compared.nodes,
    ],
    wires: [
      ...chain('pixel_values', 'vision_model.pixel_values'),
      ...chain(preparation.tokens ? 'input_ids.ids' : 'input_ids', 'text_model.input_ids'),
      ...compared.wires,
    ],
  });
  return imported(text, vision, [
    main,
    textModule(text, encoderName(textSpec), projection),
    textEmbeddings('Siglip', text),
    visionModule(vision, encoderName(visionSpec)),
    visionEmbeddings(vision),
    ...poolingModules(visionSpec),
    ...encoderModules(textSpec),
    ...encoderModules(visionSpec),
  ]);
}

function textModule(config: Config, encoder: string, projection: number): GraphModule {
  return defineModule({
    name: 'SiglipTextTransformer',
    help: 'A transformer in which every token sees every other, padding too; the last place stands for the text.',
    hyperparameters: [
      size('vocab_size', config.size('vocab_size')),
      size('max_position_embeddings', config.size('max_position_embeddings')),
      ...encoderSizes(config),
      size('projection_size', projection),
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
  return defineModule({
    name: 'SiglipVisionTransformer',
    help: 'A Vision Transformer without a class token: an attention pools what its patches say.',
    hyperparameters: [...visionSizes(config), ...encoderSizes(config)],
    nodes: [
      port('pixel_values', PIXELS, { flow: 'image' }),
      instance('embeddings', 'SiglipVisionEmbeddings', same(...VISION, 'hidden_size')),
      instance('encoder', encoder, same(...ENCODER)),
      leaf('post_layernorm', 'layer_norm', NORM),
      instance('head', 'SiglipMultiheadAttentionPoolingHead', same(...LAYER)),
      result('last_hidden_state'),
      result('pooler_output'),
    ],
    wires: [
      ...chain(
        'pixel_values',
        'embeddings.pixel_values/embeddings',
        'encoder.hidden_states/hidden_states',
        'post_layernorm',
      ),
      ...chain('post_layernorm', 'head.hidden_states/pooled', 'pooler_output_out'),
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
