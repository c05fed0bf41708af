/** What CLIP and SigLIP share around their encoders: texts that come in, embeddings, and scores of pictures with texts. */
import type { Edge, GraphModule, GraphNode, Size } from '../../graph/schema.ts';
import { chain, defineModule, leaf, port, result } from '../module-draft.ts';
import type { ImportedModel, Preparation } from './architecture.ts';
import type { Config, JsonObject } from './config.ts';
import { ENCODER, encoderSizes } from './encoder.ts';
import { size } from './hyperparameters.ts';
import { dropoutNotes, VISION, visionSizes } from './vision.ts';

export const IDS = 'texts length';
export const IDS_TYPE = { dtype: 'i32', flow: 'tokens' };

/** To begin with: of the pictures that an import puts there (cli/sample-pictures.ts). */
const TEXT = 'a photo of a red circle\na photo of a green square';

/** The texts of the whole graph: by their tokenizer, or as ids that come from outside. */
export function inputIds(config: Config, tokens: Preparation['tokens']): GraphNode {
  if (!tokens) return port('input_ids', 'texts text_len', IDS_TYPE);
  return leaf('input_ids', 'token_input', {
    text: TEXT,
    batch: 'texts',
    length: 'text_len',
    vocab_size: 'vocab_size',
    pad_token_id: config.id('pad_token_id'),
    ...tokens,
  });
}

export const PICTURES_AT_ONCE = { name: 'batch', default: 2, help: 'Pictures computed at once.' };

export function textsAtOnce(text: Config): Size[] {
  return [
    { name: 'texts', default: 2, help: 'Texts computed at once.' },
    { name: 'text_len', default: text.size('max_position_embeddings'), help: 'Tokens per text, padding included.' },
  ];
}

export function sizesOf(text: Config): Size[] {
  return [PICTURES_AT_ONCE, ...textsAtOnce(text)];
}

/** Of the main module: those of both encoders, told apart by what stands before them. */
export function bothSizes(text: Config, vision: Config) {
  return [
    ...visionSizes(vision),
    ...encoderSizes(vision, 'vision_'),
    size('vocab_size', text.size('vocab_size')),
    size('max_position_embeddings', text.size('max_position_embeddings')),
    ...encoderSizes(text, 'text_'),
  ];
}

/** What the main module gives to an encoder. */
export function handedOn(prefix: 'text_' | 'vision_'): Record<string, string> {
  const own = prefix === 'text_' ? ['vocab_size', 'max_position_embeddings'] : VISION;
  return Object.fromEntries([...own.map((name) => [name, name]), ...ENCODER.map((name) => [name, prefix + name])]);
}

/** Rows of a table for the ids, and of another for their places. */
export function textEmbeddings(prefix: string, config: Config): GraphModule {
  return defineModule({
    name: `${prefix}TextEmbeddings`,
    help: 'A learned vector for each token id, and one for each place, added.',
    hyperparameters: [
      size('vocab_size', config.size('vocab_size')),
      size('max_position_embeddings', config.size('max_position_embeddings')),
      size('hidden_size', config.size('hidden_size')),
    ],
    nodes: [
      port('input_ids', IDS, IDS_TYPE),
      leaf('token_embedding', 'embedding', { num_embeddings: 'vocab_size', embedding_dim: 'hidden_size' }),
      leaf('position_embedding', 'embedding', {
        num_embeddings: 'max_position_embeddings',
        embedding_dim: 'hidden_size',
      }),
      leaf('places', 'arange', { dim: 1 }),
      leaf('add_positions', 'add'),
      result('embeddings'),
    ],
    wires: [
      ...chain('input_ids', 'token_embedding.ids', 'add_positions.a', 'embeddings_out'),
      ...chain('input_ids', 'places', 'position_embedding.ids', 'add_positions.b'),
    ],
  });
}

/**
 * Cosines of all pictures with all texts, times exp(logit_scale), plus logit_bias where there is one.
 * @param image where the pictures' vectors come from, `text` the texts'.
 */
export function scores(
  image: string,
  text: string,
  biased: boolean,
): { readonly nodes: readonly GraphNode[]; readonly wires: readonly Edge[] } {
  return {
    nodes: [
      leaf('image_direction', 'l2_normalize', { dim: -1 }),
      leaf('text_direction', 'l2_normalize', { dim: -1 }),
      leaf('texts_last', 'transpose', { dim0: 0, dim1: 1 }),
      leaf('cosines', 'matmul'),
      leaf('scale', 'exp'),
      leaf('scaled', 'multiply'),
      ...(biased ? [leaf('biased', 'add')] : []),
      leaf('per_text', 'transpose', { dim0: 0, dim1: 1 }),
      ...['logits_per_image', 'logits_per_text', 'image_embeds', 'text_embeds'].map(result),
    ],
    wires: [
      ...chain(
        image,
        'image_direction',
        'cosines.a',
        'scaled.a',
        ...(biased ? ['biased.a'] : []),
        'logits_per_image_out',
      ),
      ...chain(text, 'text_direction', 'texts_last', 'cosines.b'),
      ...chain('logit_scale', 'scale', 'scaled.b'),
      ...(biased ? chain('logit_bias', 'biased.b') : []),
      ...chain(biased ? 'biased' : 'scaled', 'per_text', 'logits_per_text_out'),
      ...chain('image_direction', 'image_embeds_out'),
      ...chain('text_direction', 'text_embeds_out'),
    ],
  };
}

/** The model of these modules; a module that both encoders are of stands once. */
export function imported(encoders: readonly Config[], modules: readonly GraphModule[]): ImportedModel {
  return {
    modules: [...new Map(modules.map((module) => [module.name, module])).values()],
    // Numbers of the places, which old checkpoints hold beside the weights.
    rename: ['**.position_ids='],
    notes: encoders.flatMap((config) => dropoutNotes(config, ['attention_dropout'])),
  };
}

/**
 * A part of the configuration. What old files say in `text_config_dict` and the like goes before it.
 * @throws {ImportError} where it is no object.
 */
export function encoderConfig(config: Config, part: 'text_config' | 'vision_config', defaults: JsonObject): Config {
  const older = `${part}_dict`;
  return config.part(config.has(older) ? older : part, defaults);
}
