/** The transformer that CLIP and SigLIP have for pictures and for texts alike: layers that normalise first. */
import type { GraphModule, ParameterValue } from '../../graph/schema.ts';
import { chain, defineModule, instance, leaf, port, result, same } from '../module-draft.ts';
import { activationOf } from './activations.ts';
import { headedAttention } from './attention.ts';
import { headsShare, type Config } from './config.ts';
import { epsilon, size } from './hyperparameters.ts';

/** What tells the classes of an encoder from those of the other; empty where they are the same, or there is no other. */
export type EncoderKind = '' | 'Text' | 'Vision';

/** An encoder of a model. */
export interface EncoderSpec {
  /** What names of classes begin with: `CLIP`. */
  readonly prefix: string;
  readonly kind: EncoderKind;
  /** Whether its attention takes a mask. */
  readonly masked: boolean;
  readonly config: Config;
}

/** Hyperparameters of a layer, by which everything in it is made. */
export const LAYER = ['hidden_size', 'intermediate_size', 'num_attention_heads', 'layer_norm_eps'] as const;
export const ENCODER = [...LAYER, 'num_hidden_layers'] as const;
export const NORM: Readonly<Record<string, ParameterValue>> = {
  normalized_shape: 'hidden_size',
  eps: 'layer_norm_eps',
};

/** Several times those of any model that is known; a graph does not unfold many more. */
const MOST_LAYERS = 256;

export const TOKENS = 'batch tokens hidden_size';
const MASK = { dtype: 'bool', flow: 'mask', optional: true };

/** Both encoders are of the same classes unless what the classes fix differs. */
export function encoderKinds(text: Config, vision: Config): readonly [text: EncoderKind, vision: EncoderKind] {
  return text.text('hidden_act') === vision.text('hidden_act') ? ['', ''] : ['Text', 'Vision'];
}

export function layerSizes(config: Config, prefix = '') {
  return [
    size('hidden_size', config.size('hidden_size'), prefix),
    size('intermediate_size', config.size('intermediate_size'), prefix),
    size('num_attention_heads', config.size('num_attention_heads'), prefix),
    epsilon(config.float('layer_norm_eps'), prefix),
  ];
}

export function encoderSizes(config: Config, prefix = '') {
  return [
    ...layerSizes(config, prefix),
    size('num_hidden_layers', config.size('num_hidden_layers', MOST_LAYERS), prefix),
  ];
}

export function encoderName({ prefix, kind }: Pick<EncoderSpec, 'prefix' | 'kind'>): string {
  return `${prefix}${kind}Encoder`;
}

/** @throws {ImportError} where a value of the configuration is none that an encoder can have. */
export function encoderModules(spec: EncoderSpec): readonly GraphModule[] {
  headsShare(spec.config);
  return [encoderModule(spec), layerModule(spec), attentionModule(spec), mlpModule(spec)];
}

function encoderModule({ prefix, kind, masked, config }: EncoderSpec): GraphModule {
  return defineModule({
    name: encoderName({ prefix, kind }),
    help: 'Layers one after the other, each with weights of its own.',
    hyperparameters: encoderSizes(config),
    nodes: [
      port('hidden_states', TOKENS),
      ...(masked ? [port('mask', 'queries keys', MASK)] : []),
      instance('layers', `${prefix}${kind}EncoderLayer`, same(...LAYER), { repeat: 'num_hidden_layers' }),
      result('hidden_states'),
    ],
    wires: [
      ...chain('hidden_states', 'layers.hidden_states/hidden_states', 'hidden_states_out'),
      ...(masked ? chain('mask', 'layers.mask') : []),
    ],
  });
}

function layerModule({ prefix, kind, masked, config }: EncoderSpec): GraphModule {
  return defineModule({
    name: `${prefix}${kind}EncoderLayer`,
    help: 'Attention, then an MLP; each reads what was normalised before, and is added to what was there.',
    hyperparameters: layerSizes(config),
    nodes: [
      port('hidden_states', TOKENS),
      ...(masked ? [port('mask', 'queries keys', MASK)] : []),
      instance('self_attn', `${prefix}Attention`, same('hidden_size', 'num_attention_heads')),
      leaf('layer_norm1', 'layer_norm', NORM),
      instance('mlp', `${prefix}${kind}MLP`, same('hidden_size', 'intermediate_size')),
      leaf('layer_norm2', 'layer_norm', NORM),
      leaf('add_attention', 'add'),
      leaf('add_mlp', 'add'),
      result('hidden_states'),
    ],
    wires: [
      ...chain('hidden_states', 'layer_norm1', 'self_attn.hidden_states/attended', 'add_attention.a'),
      ...(masked ? chain('mask', 'self_attn.mask') : []),
      ...chain('hidden_states', 'add_attention.b'),
      ...chain('add_attention', 'layer_norm2', 'mlp.hidden_states/hidden_states', 'add_mlp.a', 'hidden_states_out'),
      ...chain('add_attention', 'add_mlp.b'),
    ],
  });
}

function attentionModule({ prefix, masked, config }: EncoderSpec): GraphModule {
  const projections = ['k_proj', 'v_proj', 'q_proj'];
  const square = { in_features: 'hidden_size', out_features: 'hidden_size' };
  const { nodes, wires } = headedAttention(['q_proj', 'k_proj', 'v_proj']);
  const where = masked ? ' The mask says who may look at whom.' : '';
  return defineModule({
    name: `${prefix}Attention`,
    help: `Every token asks (query) and is asked (key); what it gets is the mean of the values under the answers.${where}`,
    hyperparameters: [
      size('hidden_size', config.size('hidden_size')),
      size('num_attention_heads', config.size('num_attention_heads')),
    ],
    requires: [{ expression: 'hidden_size % num_attention_heads == 0', help: 'heads share hidden_size evenly' }],
    nodes: [
      port('hidden_states', TOKENS),
      ...(masked ? [port('mask', 'queries keys', MASK)] : []),
      ...[...projections, 'out_proj'].map((name) => leaf(name, 'linear', square)),
      ...nodes,
      result('attended'),
      result('attention_weights'),
    ],
    wires: [
      ...projections.flatMap((name) => chain('hidden_states', name)),
      ...wires,
      ...(masked ? chain('mask', 'heads.mask') : []),
      ...chain('merge_heads', 'out_proj', 'attended_out'),
      ...chain('heads.attention_weights', 'attention_weights_out'),
    ],
  });
}

function mlpModule({ prefix, kind, config }: EncoderSpec): GraphModule {
  return defineModule({
    name: `${prefix}${kind}MLP`,
    help: 'Each token by itself: widened, through the activation, and back.',
    hyperparameters: [
      size('hidden_size', config.size('hidden_size')),
      size('intermediate_size', config.size('intermediate_size')),
    ],
    nodes: [
      port('hidden_states', TOKENS),
      activationOf(config, 'hidden_act')('activation_fn'),
      leaf('fc1', 'linear', { in_features: 'hidden_size', out_features: 'intermediate_size' }),
      leaf('fc2', 'linear', { in_features: 'intermediate_size', out_features: 'hidden_size' }),
      result('hidden_states'),
    ],
    wires: chain('hidden_states', 'fc1', 'activation_fn', 'fc2', 'hidden_states_out'),
  });
}
