/** The modules of which a ViT is made, down to its linear maps, under the names of its checkpoints. */
import type { GraphModule } from '../../graph/schema.ts';
import { chain, defineModule, instance, leaf, port, result, same } from '../module-draft.ts';
import { activationOf, type Activation } from './activations.ts';
import { headedAttention } from './attention.ts';
import { headsShare, type Config } from './config.ts';
import { encoderSizes, LAYER, layerSizes, NORM, TOKENS } from './encoder.ts';
import { size } from './hyperparameters.ts';
import { PIXELS, VISION, visionSizes } from './vision.ts';

/** What a ViT is made by, but for its head. */
export function modelSizes(config: Config) {
  return [...visionSizes(config), ...encoderSizes(config)];
}

/** All that is below ViTModel but its pooler. @throws {ImportError} where a value is none that it can have. */
export function encoderModules(config: Config): readonly GraphModule[] {
  headsShare(config);
  return [
    ...embeddingModules(config),
    encoderModule(config),
    layerModule(config),
    ...attentionModules(config),
    ...mlpModules(config, activationOf(config, 'hidden_act')),
  ];
}

function embeddingModules(config: Config): readonly GraphModule[] {
  const hidden = size('hidden_size', config.size('hidden_size'));
  const hyperparameters = [...visionSizes(config), hidden];
  const embeddings = defineModule({
    name: 'ViTEmbeddings',
    help: 'A learned class token before the patches, and a learned vector added to each place.',
    hyperparameters,
    nodes: [
      port('pixel_values', PIXELS, { flow: 'image' }),
      leaf('cls_token', 'parameter', { shape: '1, 1, hidden_size', init: 'normal', value: 0.02 }),
      leaf('position_embeddings', 'parameter', {
        shape: '1, tokens=(image_size // patch_size) ** 2 + 1, hidden_size',
        init: 'normal',
        value: 0.02,
      }),
      instance('patch_embeddings', 'ViTPatchEmbeddings', same(...VISION, 'hidden_size')),
      leaf('class_tokens', 'expand', { shape: 'like.shape[0], 1, hidden_size' }),
      leaf('tokens', 'concat', { dim: 1 }),
      leaf('add_positions', 'add'),
      result('embeddings'),
    ],
    wires: [
      ...chain(
        'pixel_values',
        'patch_embeddings.pixel_values/patches',
        'tokens.b',
        'add_positions.a',
        'embeddings_out',
      ),
      ...chain('cls_token', 'class_tokens', 'tokens.a'),
      ...chain('patch_embeddings.patches', 'class_tokens.like'),
      ...chain('position_embeddings', 'add_positions.b'),
    ],
  });
  const patches = defineModule({
    name: 'ViTPatchEmbeddings',
    help: 'A vector for every square of the picture, row by row.',
    hyperparameters,
    nodes: [
      port('pixel_values', PIXELS, { flow: 'image' }),
      leaf('projection', 'patchify', {
        num_channels: 'num_channels',
        embed_dim: 'hidden_size',
        patch_size: 'patch_size',
      }),
      leaf('flatten', 'flatten', { start_dim: 2, end_dim: 3 }),
      leaf('to_sequence', 'transpose', { dim0: 1, dim1: 2 }),
      result('patches'),
    ],
    wires: chain('pixel_values', 'projection', 'flatten', 'to_sequence', 'patches_out'),
  });
  return [embeddings, patches];
}

function encoderModule(config: Config): GraphModule {
  return defineModule({
    name: 'ViTEncoder',
    help: 'Layers one after the other, each with weights of its own.',
    hyperparameters: encoderSizes(config),
    nodes: [
      port('hidden_states', TOKENS),
      instance('layer', 'ViTLayer', same(...LAYER), { repeat: 'num_hidden_layers' }),
      result('hidden_states'),
    ],
    wires: chain('hidden_states', 'layer.hidden_states/hidden_states', 'hidden_states_out'),
  });
}

function layerModule(config: Config): GraphModule {
  return defineModule({
    name: 'ViTLayer',
    help: 'Attention, then an MLP; each reads what was normalised before, and is added to what was there.',
    hyperparameters: layerSizes(config),
    nodes: [
      port('hidden_states', TOKENS),
      instance('attention', 'ViTAttention', same('hidden_size', 'num_attention_heads')),
      instance('intermediate', 'ViTIntermediate', same('hidden_size', 'intermediate_size')),
      instance('output', 'ViTOutput', same('hidden_size', 'intermediate_size')),
      leaf('layernorm_before', 'layer_norm', NORM),
      leaf('layernorm_after', 'layer_norm', NORM),
      leaf('add_attention', 'add'),
      result('hidden_states'),
    ],
    wires: [
      ...chain('hidden_states', 'layernorm_before', 'attention.hidden_states/attended', 'add_attention.a'),
      ...chain('hidden_states', 'add_attention.b'),
      ...chain('add_attention', 'layernorm_after', 'intermediate.hidden_states/widened', 'output.hidden_states'),
      ...chain('add_attention', 'output.residual'),
      ...chain('output.hidden_states', 'hidden_states_out'),
    ],
  });
}

function attentionModules(config: Config): readonly GraphModule[] {
  const hyperparameters = [
    size('hidden_size', config.size('hidden_size')),
    size('num_attention_heads', config.size('num_attention_heads')),
  ];
  const square = { in_features: 'hidden_size', out_features: 'hidden_size' };
  const bias = config.bool('qkv_bias') ? {} : { bias: false };
  const { nodes, wires } = headedAttention(['query', 'key', 'value']);
  return [
    defineModule({
      name: 'ViTAttention',
      help: 'Self-attention, and the linear map that mixes its heads.',
      hyperparameters,
      nodes: [
        port('hidden_states', TOKENS),
        instance('attention', 'ViTSelfAttention', same('hidden_size', 'num_attention_heads')),
        instance('output', 'ViTSelfOutput', same('hidden_size')),
        result('attended'),
      ],
      wires: chain(
        'hidden_states',
        'attention.hidden_states/context',
        'output.hidden_states/hidden_states',
        'attended_out',
      ),
    }),
    defineModule({
      name: 'ViTSelfAttention',
      help: 'Every token asks (query) and is asked (key); what it gets is the mean of the values under the answers.',
      hyperparameters,
      requires: [{ expression: 'hidden_size % num_attention_heads == 0', help: 'heads share hidden_size evenly' }],
      nodes: [
        port('hidden_states', TOKENS),
        ...['query', 'key', 'value'].map((name) => leaf(name, 'linear', { ...square, ...bias })),
        ...nodes,
        result('context'),
        result('attention_weights'),
      ],
      wires: [
        ...['query', 'key', 'value'].flatMap((name) => chain('hidden_states', name)),
        ...wires,
        ...chain('merge_heads', 'context_out'),
        ...chain('heads.attention_weights', 'attention_weights_out'),
      ],
    }),
    defineModule({
      name: 'ViTSelfOutput',
      help: 'Mixes the heads of an attention; what was there before is added by the layer.',
      hyperparameters: hyperparameters.slice(0, 1),
      nodes: [port('hidden_states', TOKENS), leaf('dense', 'linear', square), result('hidden_states')],
      wires: chain('hidden_states', 'dense', 'hidden_states_out'),
    }),
  ];
}

function mlpModules(config: Config, activation: Activation): readonly GraphModule[] {
  const hyperparameters = [
    size('hidden_size', config.size('hidden_size')),
    size('intermediate_size', config.size('intermediate_size')),
  ];
  return [
    defineModule({
      name: 'ViTIntermediate',
      help: 'The wide half of the MLP: a linear map and its activation.',
      hyperparameters,
      nodes: [
        port('hidden_states', TOKENS),
        leaf('dense', 'linear', { in_features: 'hidden_size', out_features: 'intermediate_size' }),
        activation('intermediate_act_fn'),
        result('widened'),
      ],
      wires: chain('hidden_states', 'dense', 'intermediate_act_fn', 'widened_out'),
    }),
    defineModule({
      name: 'ViTOutput',
      help: 'The way back of the MLP, added to what was there before it.',
      hyperparameters,
      nodes: [
        port('hidden_states', 'batch tokens intermediate_size'),
        port('residual', TOKENS),
        leaf('dense', 'linear', { in_features: 'intermediate_size', out_features: 'hidden_size' }),
        leaf('add_residual', 'add'),
        result('hidden_states'),
      ],
      wires: [
        ...chain('hidden_states', 'dense', 'add_residual.a', 'hidden_states_out'),
        ...chain('residual', 'add_residual.b'),
      ],
    }),
  ];
}

export function poolerModule(config: Config, poolerSize: number): GraphModule {
  return defineModule({
    name: 'ViTPooler',
    help: 'The picture as one vector: its class token, through a linear map and an activation.',
    hyperparameters: [size('hidden_size', config.size('hidden_size')), size('pooler_output_size', poolerSize)],
    nodes: [
      port('hidden_states', TOKENS),
      leaf('dense', 'linear', { in_features: 'hidden_size', out_features: 'pooler_output_size' }),
      activationOf(config, 'pooler_act')('activation'),
      leaf('class_token', 'select', { dim: 1, index: 0 }),
      result('pooled'),
    ],
    wires: chain('hidden_states', 'class_token', 'dense', 'activation', 'pooled_out'),
  });
}
