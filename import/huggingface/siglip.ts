/**
 * SigLIP (https://huggingface.co/docs/transformers/model_doc/siglip; Zhai et al. 2023): two transformers whose vectors are
 * compared, or one of them alone.
 */
import { chain, defineModule, instance, leaf } from '../module-draft.ts';
import type { Architecture, ImportedModel, ModelClass, Preparation } from './architecture.ts';
import type { Config } from './config.ts';
import { encoderKinds } from './encoder.ts';
import { size } from './hyperparameters.ts';
import { projectionSize, TEXT_DEFAULTS, textModules, VISION_DEFAULTS, visionModules } from './siglip-modules.ts';
import { textTower, visionTower, type ConfigPart } from './tower.ts';
import { bothSizes, encoderConfig, handedOn, imported, inputIds, scores, sizesOf } from './two-encoders.ts';
import { pixelValues } from './vision.ts';

const PREPROCESSOR = { resample: 3, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };

const textOf: ConfigPart = (config) => encoderConfig(config, 'text_config', TEXT_DEFAULTS);
const visionOf: ConfigPart = (config) => encoderConfig(config, 'vision_config', VISION_DEFAULTS);

const textClasses = (part: ConfigPart): Readonly<Record<string, ModelClass>> => ({
  SiglipTextModel: textTower({
    name: 'SiglipTextModel',
    help: 'SigLIP’s transformer for texts by itself: the last place of a text stands for all of it.',
    part,
    modules: textModules,
  }),
});

const visionClasses = (part: ConfigPart): Readonly<Record<string, ModelClass>> => ({
  SiglipVisionModel: visionTower({
    name: 'SiglipVisionModel',
    help: 'SigLIP’s transformer for pictures by itself: a vector for every patch and, where it has its head, one for all.',
    part,
    modules: visionModules,
  }),
});

/** Both encoders, or one of them by the class that `architectures` names. */
export const siglip: Architecture = {
  modelType: 'siglip',
  preprocessor: PREPROCESSOR,
  defaults: { text_config: {}, vision_config: {} },
  classes: {
    SiglipModel: { readsText: true, vision: visionOf, build: importModel },
    ...textClasses(textOf),
    ...visionClasses(visionOf),
  },
};

export const siglipText: Architecture = {
  modelType: 'siglip_text_model',
  preprocessor: {},
  defaults: TEXT_DEFAULTS,
  classes: textClasses((config) => config),
};

export const siglipVision: Architecture = {
  modelType: 'siglip_vision_model',
  preprocessor: PREPROCESSOR,
  defaults: VISION_DEFAULTS,
  classes: visionClasses((config) => config),
};

function importModel(config: Config, preparation: Preparation): ImportedModel {
  const [text, vision] = [textOf(config), visionOf(config)];
  const [textKind, visionKind] = encoderKinds(text, vision);
  if (!vision.bool('vision_use_head'))
    throw vision.fault('vision_use_head', 'without its head a picture has no vector to be compared by');
  const projection = projectionSize(text);
  if (projection !== vision.size('hidden_size'))
    throw text.fault(
      'projection_size',
      `it is ${projection}, and the pictures' vectors have ${vision.size('hidden_size')}`,
    );
  const compared = scores('vision_model.pooler_output', 'text_model.pooler_output', true);
  const main = defineModule({
    name: 'SiglipModel',
    help: 'Whether each picture goes with each text: cosines, times exp(logit_scale), plus logit_bias; σ of it is the probability.',
    hyperparameters: [...bothSizes(text, vision), size('projection_size', projection)],
    sizes: sizesOf(text),
    nodes: [
      pixelValues(preparation.picture),
      inputIds(text, preparation.tokens),
      instance('text_model', 'SiglipTextTransformer', { ...handedOn('text_'), projection_size: 'projection_size' }),
      instance('vision_model', 'SiglipVisionTransformer', handedOn('vision_')),
      leaf('logit_scale', 'parameter', { shape: '1' }),
      leaf('logit_bias', 'parameter', { shape: '1' }),
      ...compared.nodes,
    ],
    wires: [
      ...chain('pixel_values', 'vision_model.pixel_values'),
      ...chain(preparation.tokens ? 'input_ids.ids' : 'input_ids', 'text_model.input_ids'),
      ...compared.wires,
    ],
  });
  return imported([text, vision], [main, ...textModules(text, textKind), ...visionModules(vision, visionKind)]);
}
