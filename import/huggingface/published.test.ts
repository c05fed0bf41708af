/** True configurations become graphs whose weights are those of the published checkpoints: names, shapes and their number. */
import { expect, test } from 'vitest';
import { analyse } from '../../graph/analyse.ts';
import { formatDocument, parseDocument } from '../../graph/file.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { layoutFaults } from '../../nodes/testing/layout.ts';
import { weightShapes } from '../../nodes/weights.ts';
import { importModel } from './import-model.ts';
import { readConfig } from './read-config.ts';
import {
  CLIP,
  CLIP_TEXT,
  CLIP_TEXT_PROJECTED,
  CLIP_VISION,
  CLIP_VISION_PROJECTED,
  SIGLIP,
  SIGLIP_TEXT,
  SIGLIP_VISION,
  VIT_CLASSIFIER,
  VIT_MODEL,
} from './testing/published.ts';
import {
  clipShapes,
  clipTextShapes,
  clipVisionShapes,
  siglipShapes,
  siglipTextShapes,
  siglipVisionShapes,
  vitShapes,
} from './testing/state-dict.ts';

const BASE = { hidden_size: 768, intermediate_size: 3072, num_hidden_layers: 12 };
const VISION = { ...BASE, image_size: 224, patch_size: 16, num_channels: 3 };

/** Parameters as counted by those who publish the models. */
const MODELS = [
  ['google/vit-base-patch16-224', VIT_CLASSIFIER, vitShapes(VISION, { labels: 1000 }), 86_567_656, 200],
  ['google/vit-base-patch16-224-in21k', VIT_MODEL, vitShapes(VISION, { pooler: 768 }), 86_389_248, 200],
  [
    'openai/clip-vit-base-patch32',
    CLIP,
    clipShapes(
      {
        hidden_size: 512,
        intermediate_size: 2048,
        num_hidden_layers: 12,
        vocab_size: 49408,
        max_position_embeddings: 77,
      },
      { ...VISION, patch_size: 32 },
      512,
    ),
    151_277_313,
    398,
  ],
  [
    'google/siglip-base-patch16-224',
    SIGLIP,
    siglipShapes({ ...BASE, vocab_size: 32000, max_position_embeddings: 64 }, VISION),
    203_155_970,
    408,
  ],
  ['the text encoder of stable-diffusion-v1-5', CLIP_TEXT, clipTextShapes(CLIP_TEXT, null), 123_060_480, 196],
  [
    'the second text encoder of stable-diffusion-xl-base-1.0',
    CLIP_TEXT_PROJECTED,
    clipTextShapes(CLIP_TEXT_PROJECTED, 1280),
    694_659_840,
    517,
  ],
  [
    'the vision model of openai/clip-vit-base-patch32',
    CLIP_VISION,
    clipVisionShapes({ ...VISION, patch_size: 32 }, null),
    87_456_000,
    199,
  ],
  [
    'the image encoder of h94/IP-Adapter',
    CLIP_VISION_PROJECTED,
    clipVisionShapes(CLIP_VISION_PROJECTED, 1024),
    632_076_800,
    520,
  ],
  [
    'the vision model of google/siglip-so400m-patch14-384',
    SIGLIP_VISION,
    siglipVisionShapes({ num_channels: 3, ...SIGLIP_VISION }, true),
    428_225_600,
    448,
  ],
  // With the 92,884,224 of its vision model, the scale and the bias: the 203,155,970 of both.
  [
    'the text model of google/siglip-base-patch16-224',
    SIGLIP_TEXT,
    siglipTextShapes({ ...BASE, vocab_size: 32000, max_position_embeddings: 64 }, 768),
    110_271_744,
    198,
  ],
] as const;

function documentOf(config: object): PatchbayDocument {
  const files = {
    preprocessor: undefined,
    tokenizer: undefined,
    tokenizerConfig: undefined,
    pictures: [],
    names: undefined,
    rename: [],
  };
  return importModel(readConfig(JSON.stringify(config), 'config.json'), files).document;
}

test.each(MODELS)('%s has the published weights', (_name, config, wanted, parameters, tensors) => {
  const { tree, problems } = analyse(documentOf(config), NODES);
  // 384 pixels are not whole patches of 14, which is worth a warning.
  expect(problems.map(({ severity }) => severity)).toEqual(config === SIGLIP_VISION ? ['warning'] : []);
  const weights = new Map(weightShapes(tree).map(({ path, shape }) => [path, shape]));
  expect(weights.size).toBe(tensors);
  expect(Object.fromEntries(weights)).toEqual(Object.fromEntries(wanted));
  expect([...weights.values()].reduce((total, shape) => total + shape.reduce((a, b) => a * b, 1), 0)).toBe(parameters);
});

test.each(MODELS)('the graph of %s can be read, saved and opened again', (_name, config) => {
  const document = documentOf(config);
  for (const module of document.modules) {
    expect(layoutFaults(module), module.name).toEqual([]);
    const columns = new Map(module.nodes.map(({ id, position }) => [id, position[0]]));
    for (const { from, to } of module.edges) expect(columns.get(from[0])!, to[0]).toBeLessThan(columns.get(to[0])!);
    for (const { help } of module.hyperparameters) expect(help).toMatch(/\.$/);
  }
  const { document: opened, problems } = parseDocument(formatDocument(document));
  expect([opened, problems]).toEqual([document, []]);
});
