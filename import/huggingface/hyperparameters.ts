/** Hyperparameters by the names of Hugging Face's configurations. */
import type { Hyperparameter } from '../../graph/schema.ts';

const FACTS = {
  hidden_size: 'Size of the vector that stands for a token, in every layer.',
  intermediate_size: 'Width of the MLP’s hidden layer.',
  num_attention_heads: 'Attention heads; each works on hidden_size // num_attention_heads numbers.',
  num_hidden_layers: 'Number of layers, each with weights of its own.',
  image_size: 'Side of the square picture in pixels.',
  patch_size: 'Side of a patch in pixels.',
  num_channels: 'Channels of the picture: 3 for RGB.',
  num_labels: 'Classes that the picture may be of.',
  pooler_output_size: 'Size of the vector that stands for the whole picture.',
  vocab_size: 'How many token ids there are: rows of the embedding table.',
  max_position_embeddings: 'The most tokens that a text has.',
  projection_dim: 'Size of the space in which pictures and sentences are compared.',
  projection_size: 'Size of the vector that stands for the sentence.',
} as const;

export type SizeName = keyof typeof FACTS;

/**
 * @param prefix where a module has the sizes of two encoders: `text_hidden_size`.
 */
export function size(name: SizeName, value: number, prefix = ''): Hyperparameter {
  return { name: prefix + name, type: 'int', default: value, minimum: 1, help: FACTS[name] };
}

export function epsilon(value: number, prefix = ''): Hyperparameter {
  const help = 'Added to the variance in every layer norm, so that a constant does not divide by zero.';
  return { name: `${prefix}layer_norm_eps`, type: 'float', default: value, minimum: 0, help };
}
