/** For tests: small models in Hugging Face's layout, with the shapes of their weights, and folders of them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatSafetensors, type NamedTensor } from '../../../graph/formats/safetensors.ts';
import {
  clipShapes,
  clipTextShapes,
  clipVisionShapes,
  siglipShapes,
  siglipTextShapes,
  siglipVisionShapes,
  vitShapes,
  type Shapes,
} from './state-dict.ts';

const VISION = {
  hidden_size: 12,
  intermediate_size: 20,
  num_hidden_layers: 2,
  num_attention_heads: 3,
  image_size: 14,
  patch_size: 4,
  num_channels: 3,
};
const TEXT = {
  hidden_size: 12,
  intermediate_size: 18,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  vocab_size: 30,
  max_position_embeddings: 7,
};

export interface SmallModel {
  readonly config: Readonly<Record<string, unknown>>;
  readonly shapes: Shapes;
}

const vit = { ...VISION, model_type: 'vit', hidden_act: 'gelu', layer_norm_eps: 1e-12, qkv_bias: true };
const quick = { hidden_act: 'quick_gelu', layer_norm_eps: 1e-5 };
const tanh = { hidden_act: 'gelu_pytorch_tanh', layer_norm_eps: 1e-6 };
const clipVision = { ...VISION, ...quick, hidden_size: 15 };

/** Every key that the oracle reads is written out. */
export const SMALL = {
  classifier: {
    config: { ...vit, architectures: ['ViTForImageClassification'], id2label: { 0: 'cat', 1: 'dog', 2: 'neither' } },
    shapes: vitShapes(VISION, { labels: 3 }),
  },
  vit: { config: { ...vit, architectures: ['ViTModel'] }, shapes: vitShapes(VISION, { pooler: 12 }) },
  clip: {
    config: {
      architectures: ['CLIPModel'],
      model_type: 'clip',
      projection_dim: 10,
      logit_scale_init_value: 2.6592,
      text_config: { ...TEXT, ...quick, eos_token_id: 2, pad_token_id: 1 },
      vision_config: clipVision,
    },
    shapes: clipShapes(TEXT, clipVision, 10),
  },
  siglip: {
    config: {
      architectures: ['SiglipModel'],
      model_type: 'siglip',
      text_config: { ...TEXT, ...tanh, pad_token_id: 1 },
      vision_config: { ...VISION, ...tanh },
    },
    shapes: siglipShapes(TEXT, VISION),
  },
} as const satisfies Readonly<Record<string, SmallModel>>;

const clipText = { ...TEXT, ...quick, model_type: 'clip_text_model', eos_token_id: 4, pad_token_id: 1 };
const clipPictures = { ...clipVision, model_type: 'clip_vision_model' };
const siglipText = { ...TEXT, ...tanh, model_type: 'siglip_text_model', pad_token_id: 1 };
const siglipPictures = { ...VISION, ...tanh, model_type: 'siglip_vision_model' };

/** One encoder alone, by its class; the last two as in a file that speaks of both, and without the head. */
export const SMALL_TOWERS = {
  CLIPTextModel: {
    config: { ...clipText, architectures: ['CLIPTextModel'] },
    shapes: clipTextShapes(TEXT, null),
  },
  CLIPTextModelWithProjection: {
    config: { ...clipText, architectures: ['CLIPTextModelWithProjection'], projection_dim: 10 },
    shapes: clipTextShapes(TEXT, 10),
  },
  CLIPVisionModel: {
    config: { ...clipPictures, architectures: ['CLIPVisionModel'] },
    shapes: clipVisionShapes(clipVision, null),
  },
  CLIPVisionModelWithProjection: {
    config: { ...clipPictures, architectures: ['CLIPVisionModelWithProjection'], projection_dim: 10 },
    shapes: clipVisionShapes(clipVision, 10),
  },
  SiglipTextModel: {
    config: { ...siglipText, architectures: ['SiglipTextModel'], projection_size: 9 },
    shapes: siglipTextShapes(TEXT, 9),
  },
  SiglipVisionModel: {
    config: { ...siglipPictures, architectures: ['SiglipVisionModel'] },
    shapes: siglipVisionShapes(VISION, true),
  },
  'SiglipVisionModel without its head': {
    config: { ...siglipPictures, architectures: ['SiglipVisionModel'], vision_use_head: false },
    shapes: siglipVisionShapes(VISION, false),
  },
  'CLIPVisionModel of a file of both': {
    config: { ...SMALL.clip.config, architectures: ['CLIPVisionModel'] },
    shapes: clipVisionShapes(clipVision, null),
  },
} as const satisfies Readonly<Record<string, SmallModel>>;

/** Weights of these shapes, each a little different. */
export function tensorsOf(shapes: Shapes): NamedTensor[] {
  return Array.from(shapes, ([name, shape], index) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length: count }, (_, at) => Math.sin(index + at) / 4);
    return { name, dtype: 'F32', shape, bytes: new Uint8Array(values.buffer) };
  });
}

export interface FolderContent {
  readonly config: unknown;
  readonly tensors?: readonly NamedTensor[];
  /** Others, by name. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

/** Writes the folder. @returns its path. */
export function writeFolder(folder: string, { config, tensors, files = {} }: FolderContent): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  if (tensors) writeFileSync(join(folder, 'model.safetensors'), Buffer.concat(formatSafetensors(tensors)));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
