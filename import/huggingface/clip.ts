/**
 * CLIP (https://huggingface.co/docs/transformers/model_doc/clip; Radford et al. 2021): two transformers that meet in one
 * space; or one of them alone, with the map into that space or without it.
 */
import { chain, defineModule, instance, leaf } from '../module-draft.ts';
import type { Architecture, ImportedModel, ModelClass, Preparation } from './architecture.ts';
import { TEXT_DEFAULTS, textModules, VISION_DEFAULTS, visionModules } from './clip-modules.ts';
import type { Config } from './config.ts';
import { encoderKinds } from './encoder.ts';
import { size } from './hyperparameters.ts';
import { textTower, visionTower, type ConfigPart } from './tower.ts';
import { bothSizes, encoderConfig, handedOn, imported, inputIds, scores, sizesOf } from './two-encoders.ts';
import { pixelValues } from './vision.ts';

const PREPROCESSOR = {
  do_center_crop: true,
  resample: 3,
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
};

const TEXTS = 'CLIP’s transformer for texts by itself: a text is read off its end, which has read all of it.';
const PICTURES = 'CLIP’s transformer for pictures by itself: a picture is read off its class token.';

const textOf: ConfigPart = (config) => encoderConfig(config, 'text_config', TEXT_DEFAULTS);
const visionOf: ConfigPart = (config) => encoderConfig(config, 'vision_config', VISION_DEFAULTS);

const textClasses = (part: ConfigPart): Readonly<Record<string, ModelClass>> => ({
  CLIPTextModel: textTower({ name: 'CLIPTextModel', help: TEXTS, part, modules: textModules }),
  CLIPTextModelWithProjection: textTower({
    name: 'CLIPTextModelWithProjection',
    help: `${TEXTS} A map leads on into the space in which texts and pictures are compared.`,
    part,
    modules: textModules,
    projection: { map: 'text_projection', result: 'text_embeds' },
  }),
});

const visionClasses = (part: ConfigPart): Readonly<Record<string, ModelClass>> => ({
  CLIPVisionModel: visionTower({ name: 'CLIPVisionModel', help: PICTURES, part, modules: visionModules }),
  CLIPVisionModelWithProjection: visionTower({
    name: 'CLIPVisionModelWithProjection',
    help: `${PICTURES} A map leads on into the space in which texts and pictures are compared.`,
    part,
    modules: visionModules,
    projection: { map: 'visual_projection', result: 'image_embeds' },
  }),
});

/** Both encoders, or one of them by the class that `architectures` names. */
export const clip: Architecture = {
  modelType: 'clip',
  preprocessor: PREPROCESSOR,
  defaults: { text_config: {}, vision_config: {}, projection_dim: 512, logit_scale_init_value: 2.6592 },
  classes: {
    CLIPModel: { readsText: true, vision: visionOf, build: importModel },
    ...textClasses(textOf),
    ...visionClasses(visionOf),
  },
};

export const clipText: Architecture = {
  modelType: 'clip_text_model',
  preprocessor: {},
  defaults: TEXT_DEFAULTS,
  classes: textClasses((config) => config),
};

export const clipVision: Architecture = {
  modelType: 'clip_vision_model',
  preprocessor: PREPROCESSOR,
  defaults: VISION_DEFAULTS,
  classes: visionClasses((config) => config),
};

function importModel(config: Config, preparation: Preparation): ImportedModel {
  const [text, vision] = [textOf(config), visionOf(config)];
  const [textKind, visionKind] = encoderKinds(text, vision);
  const compared = scores('visual_projection', 'text_projection', false);
  const projection = (from: string) => ({ in_features: from, out_features: 'projection_dim', bias: false });
  const main = defineModule({
    name: 'CLIPModel',
    help: 'How well each picture fits each text: cosines of what two transformers make of them, times exp(logit_scale).',
    hyperparameters: [...bothSizes(text, vision), size('projection_dim', config.size('projection_dim'))],
    sizes: sizesOf(text),
    nodes: [
      pixelValues(preparation.picture),
      inputIds(text, preparation.tokens),
      instance('text_model', 'CLIPTextTransformer', handedOn('text_')),
      instance('vision_model', 'CLIPVisionTransformer', handedOn('vision_')),
      leaf('visual_projection', 'linear', projection('vision_hidden_size')),
      leaf('text_projection', 'linear', projection('text_hidden_size')),
      leaf('logit_scale', 'parameter', { value: config.float('logit_scale_init_value') }),
      ...compared.nodes,
    ],
    wires: [
      ...chain('pixel_values', 'vision_model.pixel_values/pooler_output', 'visual_projection'),
      ...chain(
        preparation.tokens ? 'input_ids.ids' : 'input_ids',
        'text_model.input_ids/pooler_output',
        'text_projection',
      ),
      ...compared.wires,
    ],
  });
  return imported([text, vision], [main, ...textModules(text, textKind), ...visionModules(vision, visionKind)]);
}
