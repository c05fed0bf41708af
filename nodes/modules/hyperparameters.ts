/** Hyperparameters that several modules have: vision's with the defaults of ViT-Base, language's with the notebook's. */
import type { Hyperparameter } from '../../graph/schema.ts';

export const IMAGE_SIZE: Hyperparameter = {
  name: 'image_size',
  type: 'int',
  default: 224,
  minimum: 1,
  maximum: 4096,
  help: 'Side of the square picture in pixels.',
};

export const PATCH_SIZE: Hyperparameter = {
  name: 'patch_size',
  type: 'int',
  default: 16,
  minimum: 1,
  maximum: 256,
  help: 'Side of a patch in pixels.',
};

export const NUM_CHANNELS: Hyperparameter = {
  name: 'num_channels',
  type: 'int',
  default: 3,
  minimum: 1,
  maximum: 64,
  help: 'Channels of the picture: 3 for RGB.',
};

export const EMBED_DIM: Hyperparameter = {
  name: 'embed_dim',
  type: 'int',
  default: 768,
  minimum: 1,
  maximum: 8192,
  help: 'Size of the vector that stands for a patch, in every layer.',
};

export const NUM_HEADS: Hyperparameter = {
  name: 'num_heads',
  type: 'int',
  default: 12,
  minimum: 1,
  maximum: 128,
  help: 'Attention heads; each works on embed_dim // num_heads numbers.',
};

export const MLP_RATIO: Hyperparameter = {
  name: 'mlp_ratio',
  type: 'float',
  default: 4,
  minimum: 0.01,
  maximum: 16,
  help: 'Width of the MLP’s hidden layer, in multiples of embed_dim.',
};

export const DROPOUT: Hyperparameter = {
  name: 'dropout',
  type: 'float',
  default: 0,
  minimum: 0,
  maximum: 1,
  help: 'Probability of a zero in training; without effect in evaluation.',
};

export const DEPTH: Hyperparameter = {
  name: 'depth',
  type: 'int',
  default: 3,
  minimum: 1,
  maximum: 64,
  help: 'Number of vision blocks, each with weights of its own.',
};

export const VOCAB_SIZE: Hyperparameter = {
  name: 'vocab_size',
  type: 'int',
  default: 32001,
  minimum: 1,
  maximum: 1_000_000,
  help: 'How many token ids there are: rows of the embedding table.',
};

export const HIDDEN_SIZE: Hyperparameter = {
  name: 'hidden_size',
  type: 'int',
  default: 512,
  minimum: 1,
  maximum: 8192,
  help: 'Size of the vector that stands for a token in the language model.',
};

export const IMAGE_TOKEN_ID: Hyperparameter = {
  name: 'image_token_id',
  type: 'int',
  default: 32000,
  minimum: 0,
  help: 'The token id that keeps a place for a patch of the picture.',
};

export const D_MODEL: Hyperparameter = {
  name: 'd_model',
  type: 'int',
  default: 512,
  minimum: 1,
  maximum: 8192,
  help: 'Size of the vector that stands for a token, in every layer.',
};

export const NHEAD: Hyperparameter = {
  name: 'nhead',
  type: 'int',
  default: 8,
  minimum: 1,
  maximum: 128,
  help: 'Attention heads; each works on d_model // nhead numbers.',
};

export const DIM_FEEDFORWARD: Hyperparameter = {
  name: 'dim_feedforward',
  type: 'int',
  default: 2048,
  minimum: 1,
  maximum: 65536,
  help: 'Width of the hidden layer between linear1 and linear2.',
};
