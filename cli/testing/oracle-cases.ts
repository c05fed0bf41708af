/** Sizes at which the templates are compared with PyTorch: what no tile divides, odd heads and batches, and the notebook's. */

export interface OracleCase {
  /** A template, and a system of scripts/oracle/serve.py. */
  readonly system: string;
  readonly seed: number;
  readonly sizes: Readonly<Record<string, number>>;
}

const NOTEBOOK_VISION = {
  image_size: 224,
  patch_size: 16,
  num_channels: 3,
  embed_dim: 768,
  depth: 3,
  num_heads: 12,
  mlp_ratio: 4,
};

/** One patch row and column are left over; five heads of seven; one channel; a hidden layer that is no whole multiple. */
const ODD = { image_size: 21, patch_size: 7, num_channels: 3, embed_dim: 35, depth: 1, num_heads: 5, mlp_ratio: 3 };
const LEFT_OVER = {
  image_size: 22,
  patch_size: 4,
  num_channels: 1,
  embed_dim: 42,
  depth: 4,
  num_heads: 3,
  mlp_ratio: 1.5,
};
const EVEN = { image_size: 64, patch_size: 8, num_channels: 3, embed_dim: 96, depth: 2, num_heads: 6, mlp_ratio: 4 };
const LEAST = { image_size: 8, patch_size: 8, num_channels: 3, embed_dim: 4, depth: 1, num_heads: 1, mlp_ratio: 0.5 };
const FOUR_CHANNELS = {
  image_size: 51,
  patch_size: 3,
  num_channels: 4,
  embed_dim: 130,
  depth: 3,
  num_heads: 13,
  mlp_ratio: 2.7,
};
const PRIME = {
  image_size: 30,
  patch_size: 6,
  num_channels: 3,
  embed_dim: 127,
  depth: 2,
  num_heads: 127,
  mlp_ratio: 1,
};

const ODD_TEXT = { vocab_size: 101, text_dim: 21, projection_dim: 13 };

/** Run by every `npm test`. */
export const CASES: readonly OracleCase[] = [
  { system: 'vit', seed: 0, sizes: { batch: 3, ...ODD } },
  { system: 'vit', seed: 1, sizes: { batch: 1, ...LEFT_OVER } },
  { system: 'vit', seed: 2 ** 32 + 5, sizes: { batch: 2, ...EVEN } },
  {
    system: 'clip',
    seed: 0,
    sizes: { batch: 3, text_len: 5, vocab_size: 101, text_dim: 21, projection_dim: 13, ...ODD },
  },
  {
    system: 'clip',
    seed: 7,
    sizes: { batch: 1, text_len: 1, vocab_size: 3, text_dim: 3, projection_dim: 2, ...LEAST },
  },
  {
    system: 'merge',
    seed: 0,
    sizes: merge(3, { num_patches: 16, image_tokens: 16, text_len: 10, hidden_size: 33, pad: 0 }),
  },
  {
    system: 'merge',
    seed: 1,
    sizes: merge(2, { num_patches: 9, image_tokens: 12, text_len: 7, hidden_size: 40, pad: 3 }),
  },
  {
    system: 'merge',
    seed: 7,
    sizes: merge(2, { num_patches: 20, image_tokens: 5, text_len: 4, hidden_size: 65, pad: 4 }),
  },
  {
    system: 'vlm',
    seed: 0,
    sizes: { batch: 2, ...vlm(7, 6, 101), hidden_size: 42, num_heads_text: 3, num_layers: 2, ...ODD },
  },
  {
    system: 'vlm',
    seed: 1,
    sizes: { batch: 1, ...vlm(9, 1, 33), hidden_size: 6, num_heads_text: 6, num_layers: 1, ...LEAST },
  },
  { system: 'patch_embedding', seed: 1, sizes: patches(2, LEFT_OVER) },
  { system: 'projector', seed: 7, sizes: { batch: 2, text_hidden_size: 51, ...ODD } },
  { system: 'cross_modal_attention', seed: 0, sizes: { image_tokens: 5, text_len: 6, embed_dim: 21, num_heads: 3 } },
  { system: 'siglip', seed: 1, sizes: { batch: 5, text_len: 3, ...ODD_TEXT, ...ODD } },
  { system: 'zero_shot', seed: 7, sizes: { batch: 2, classes: 7, text_len: 4, ...ODD_TEXT, ...ODD } },
  { system: 'retrieval', seed: 0, sizes: { batch: 5, text_len: 3, ...ODD_TEXT, ...ODD } },
];

/** Run by `npm run test:full` too. */
export const FULL_CASES: readonly OracleCase[] = [
  { system: 'vit', seed: 0, sizes: { batch: 1, ...NOTEBOOK_VISION } },
  { system: 'vit', seed: 42, sizes: { batch: 1, ...NOTEBOOK_VISION } },
  { system: 'vit', seed: 3, sizes: { batch: 3, ...NOTEBOOK_VISION, depth: 1 } },
  { system: 'vit', seed: 4, sizes: { batch: 1, ...LEAST } },
  { system: 'vit', seed: 5, sizes: { batch: 5, ...FOUR_CHANNELS } },
  { system: 'vit', seed: 6, sizes: { batch: 2, ...PRIME } },
  {
    system: 'clip',
    seed: 1,
    sizes: { batch: 5, text_len: 33, vocab_size: 1000, text_dim: 65, projection_dim: 129, ...EVEN },
  },
  {
    system: 'clip',
    seed: 7,
    sizes: { batch: 17, text_len: 4, vocab_size: 64, text_dim: 63, projection_dim: 64, ...LEFT_OVER },
  },
  {
    system: 'vlm',
    seed: 7,
    sizes: { batch: 3, ...vlm(70, 9, 515), hidden_size: 130, num_heads_text: 13, num_layers: 4, ...EVEN },
  },
  {
    system: 'vlm',
    seed: 1,
    sizes: { batch: 2, ...vlm(3, 20, 64), hidden_size: 64, num_heads_text: 1, num_layers: 3, ...PRIME },
  },
  {
    system: 'cross_modal_attention',
    seed: 7,
    sizes: { image_tokens: 196, text_len: 61, embed_dim: 512, num_heads: 8 },
  },
];

function merge(batch: number, sizes: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return { batch, image_token_id: 32000, ...sizes };
}

/** The image token is the last of the vocabulary. */
function vlm(imageTokens: number, textLength: number, vocabulary: number): Readonly<Record<string, number>> {
  return { image_tokens: imageTokens, text_len: textLength, vocab_size: vocabulary, image_token_id: vocabulary - 1 };
}

function patches(
  batch: number,
  { image_size, patch_size, num_channels, embed_dim }: typeof ODD,
): Readonly<Record<string, number>> {
  return { batch, image_size, patch_size, num_channels, embed_dim };
}
