/** Hyperparameters that several vision modules have, with the defaults of ViT-Base. */
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
