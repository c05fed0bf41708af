/**
 * ViT (https://huggingface.co/docs/transformers/model_doc/vit; Dosovitskiy et al. 2021): a class token before the patches,
 * learned positions, layers that normalise first.
 */
import type { GraphModule, GraphNode, Size } from '../../graph/schema.ts';
import { chain, defineModule, instance, leaf, port, result, same } from '../module-draft.ts';
import type { Architecture, ImportedModel, ModelClass, Preparation } from './architecture.ts';
import { isObject, type Config } from './config.ts';
import { LAYER, NORM } from './encoder.ts';
import { size } from './hyperparameters.ts';
import { dropoutNotes, PIXELS, pixelValues, VISION } from './vision.ts';
import { encoderModules, modelSizes, poolerModule } from './vit-modules.ts';

export const vit: Architecture = {
  modelType: 'vit',
  preprocessor: { resample: 2, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] },
  defaults: {
    hidden_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    intermediate_size: 3072,
    hidden_act: 'gelu',
    hidden_dropout_prob: 0,
    attention_probs_dropout_prob: 0,
    layer_norm_eps: 1e-12,
    image_size: 224,
    patch_size: 16,
    num_channels: 3,
    qkv_bias: true,
    pooler_act: 'tanh',
  },
  classes: { ViTModel: pictureClass(importModel), ViTForImageClassification: pictureClass(importClassifier) },
};

function pictureClass(build: ModelClass['build']): ModelClass {
  return { readsText: false, vision: (config) => config, build };
}

function importModel(config: Config, preparation: Preparation): ImportedModel {
  const pooled = config.has('pooler_output_size') ? config.size('pooler_output_size') : config.size('hidden_size');
  // Models that were trained without it were saved without it.
  const pooler = preparation.holds('pooler.dense.weight');
  const main = modelModule(config, {
    help: 'A Vision Transformer: a vector for its class token and for every patch of a picture.',
    pixels: pixelValues(preparation.picture),
    sizes: SIZES,
    ...(pooler && { pooled }),
  });
  const modules = [main, ...encoderModules(config), ...(pooler ? [poolerModule(config, pooled)] : [])];
  return imported(config, modules, pooler ? [] : [NO_POOLER]);
}

const NO_POOLER = 'the checkpoint has no pooler: the graph ends at last_hidden_state';

const SIZES = [{ name: 'batch', default: 1, help: 'Pictures computed at once.' }];

function importClassifier(config: Config, preparation: Preparation): ImportedModel {
  const main = defineModule({
    name: 'ViTForImageClassification',
    help: 'A Vision Transformer whose class token is read out as a score for each class.',
    hyperparameters: [...modelSizes(config), size('num_labels', labelsOf(config))],
    sizes: SIZES,
    nodes: [
      pixelValues(preparation.picture),
      instance('vit', 'ViTModel', same(...VISION, ...LAYER, 'num_hidden_layers')),
      leaf('classifier', 'linear', { in_features: 'hidden_size', out_features: 'num_labels' }),
      leaf('class_token', 'select', { dim: 1, index: 0 }),
      result('logits'),
    ],
    wires: chain('pixel_values', 'vit.pixel_values/last_hidden_state', 'class_token', 'classifier', 'logits_out'),
  });
  const model = modelModule(config, {
    help: 'The Vision Transformer below a head: a vector for the class token and for every patch of a picture.',
    pixels: port('pixel_values', PIXELS, { flow: 'image' }),
  });
  return imported(config, [main, model, ...encoderModules(config)]);
}

interface ModelSpec {
  readonly help: string;
  /** What the pictures come from. */
  readonly pixels: GraphNode;
  readonly sizes?: Size[];
  /** Size of the vector that stands for the whole picture; absent: there is none. */
  readonly pooled?: number;
}

/** ViTModel, with its pooler or, below a head, without. */
function modelModule(config: Config, { help, pixels, sizes, pooled }: ModelSpec): GraphModule {
  const pooler = pooled !== undefined;
  return defineModule({
    name: 'ViTModel',
    help,
    hyperparameters: [...modelSizes(config), ...(pooler ? [size('pooler_output_size', pooled)] : [])],
    ...(sizes && { sizes }),
    nodes: [
      pixels,
      instance('embeddings', 'ViTEmbeddings', same(...VISION, 'hidden_size')),
      instance('encoder', 'ViTEncoder', same(...LAYER, 'num_hidden_layers')),
      leaf('layernorm', 'layer_norm', NORM),
      ...(pooler ? [instance('pooler', 'ViTPooler', same('hidden_size', 'pooler_output_size'))] : []),
      result('last_hidden_state'),
      ...(pooler ? [result('pooler_output')] : []),
    ],
    wires: [
      ...chain(
        'pixel_values',
        'embeddings.pixel_values/embeddings',
        'encoder.hidden_states/hidden_states',
        'layernorm',
      ),
      ...chain('layernorm', 'last_hidden_state_out'),
      ...(pooler ? chain('layernorm', 'pooler.hidden_states/pooled', 'pooler_output_out') : []),
    ],
  });
}

function imported(config: Config, modules: readonly GraphModule[], notes: readonly string[] = []): ImportedModel {
  return {
    modules,
    rename: [],
    notes: [...notes, ...dropoutNotes(config, ['hidden_dropout_prob', 'attention_probs_dropout_prob'])],
  };
}

/** Hugging Face counts the labels, and takes two where none are named. */
function labelsOf(config: Config): number {
  if (config.has('num_labels')) return config.size('num_labels');
  if (!config.has('id2label')) return 2;
  const labels = config.raw('id2label');
  const count = isObject(labels) ? Object.keys(labels).length : 0;
  if (count === 0) throw config.fault('id2label', 'it names no class, so that there is nothing to classify');
  return count;
}
