/** For tests: what models on the Hugging Face hub say in their config.json, as far as it says what they are. */

const VIT = {
  attention_probs_dropout_prob: 0,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0,
  hidden_size: 768,
  image_size: 224,
  initializer_range: 0.02,
  intermediate_size: 3072,
  layer_norm_eps: 1e-12,
  model_type: 'vit',
  num_attention_heads: 12,
  num_channels: 3,
  num_hidden_layers: 12,
  patch_size: 16,
  qkv_bias: true,
};

/** Classes of ImageNet; only their number counts. */
const LABELS = Object.fromEntries(Array.from({ length: 1000 }, (_, id) => [String(id), `class ${id}`]));

/** google/vit-base-patch16-224. */
export const VIT_CLASSIFIER = { ...VIT, architectures: ['ViTForImageClassification'], id2label: LABELS };

/** google/vit-base-patch16-224-in21k. */
export const VIT_MODEL = { ...VIT, architectures: ['ViTModel'] };

/** openai/clip-vit-base-patch32. */
export const CLIP = {
  architectures: ['CLIPModel'],
  initializer_factor: 1,
  logit_scale_init_value: 2.6592,
  model_type: 'clip',
  projection_dim: 512,
  text_config: {
    attention_dropout: 0,
    bos_token_id: 0,
    dropout: 0,
    eos_token_id: 2,
    hidden_act: 'quick_gelu',
    hidden_size: 512,
    initializer_factor: 1,
    initializer_range: 0.02,
    intermediate_size: 2048,
    layer_norm_eps: 1e-5,
    max_position_embeddings: 77,
    model_type: 'clip_text_model',
    num_attention_heads: 8,
    num_hidden_layers: 12,
    pad_token_id: 1,
    projection_dim: 512,
    vocab_size: 49408,
  },
  text_config_dict: null,
  vision_config: {
    attention_dropout: 0,
    dropout: 0,
    hidden_act: 'quick_gelu',
    hidden_size: 768,
    image_size: 224,
    initializer_factor: 1,
    initializer_range: 0.02,
    intermediate_size: 3072,
    layer_norm_eps: 1e-5,
    model_type: 'clip_vision_model',
    num_attention_heads: 12,
    num_hidden_layers: 12,
    patch_size: 32,
    projection_dim: 512,
  },
  vision_config_dict: null,
};

/** google/siglip-base-patch16-224: it says only what its writer took for no default. */
export const SIGLIP = {
  architectures: ['SiglipModel'],
  initializer_factor: 1,
  model_type: 'siglip',
  text_config: {
    hidden_size: 768,
    intermediate_size: 3072,
    model_type: 'siglip_text_model',
    num_attention_heads: 12,
    vocab_size: 32000,
  },
  vision_config: { model_type: 'siglip_vision_model', patch_size: 16 },
};

const CLIP_ENCODER = {
  attention_dropout: 0,
  dropout: 0,
  initializer_factor: 1,
  initializer_range: 0.02,
  layer_norm_eps: 1e-5,
};
const CLIP_TEXTS = {
  ...CLIP_ENCODER,
  bos_token_id: 0,
  eos_token_id: 2,
  max_position_embeddings: 77,
  model_type: 'clip_text_model',
  pad_token_id: 1,
  vocab_size: 49408,
};

/** The text encoder of stable-diffusion-v1-5: of openai/clip-vit-large-patch14. */
export const CLIP_TEXT = {
  ...CLIP_TEXTS,
  architectures: ['CLIPTextModel'],
  hidden_act: 'quick_gelu',
  hidden_size: 768,
  intermediate_size: 3072,
  num_attention_heads: 12,
  num_hidden_layers: 12,
  projection_dim: 768,
};

/** The second text encoder of stable-diffusion-xl-base-1.0: of OpenCLIP's ViT-bigG-14. */
export const CLIP_TEXT_PROJECTED = {
  ...CLIP_TEXTS,
  architectures: ['CLIPTextModelWithProjection'],
  hidden_act: 'gelu',
  hidden_size: 1280,
  intermediate_size: 5120,
  num_attention_heads: 20,
  num_hidden_layers: 32,
  projection_dim: 1280,
};

/** The image encoder of h94/IP-Adapter: of OpenCLIP's ViT-H-14. */
export const CLIP_VISION_PROJECTED = {
  ...CLIP_ENCODER,
  architectures: ['CLIPVisionModelWithProjection'],
  hidden_act: 'gelu',
  hidden_size: 1280,
  image_size: 224,
  intermediate_size: 5120,
  model_type: 'clip_vision_model',
  num_attention_heads: 16,
  num_channels: 3,
  num_hidden_layers: 32,
  patch_size: 14,
  projection_dim: 1024,
};

/** The pictures' side of openai/clip-vit-base-patch32 by itself, from the file of both. */
export const CLIP_VISION = { ...CLIP, architectures: ['CLIPVisionModel'] };

/** The pictures' side of google/siglip-so400m-patch14-384. */
export const SIGLIP_VISION = {
  architectures: ['SiglipVisionModel'],
  hidden_size: 1152,
  image_size: 384,
  intermediate_size: 4304,
  model_type: 'siglip_vision_model',
  num_attention_heads: 16,
  num_hidden_layers: 27,
  patch_size: 14,
};

/** The texts' side of google/siglip-base-patch16-224. */
export const SIGLIP_TEXT = { ...SIGLIP.text_config, architectures: ['SiglipTextModel'] };
