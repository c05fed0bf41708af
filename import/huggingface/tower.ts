/** One of the two encoders of CLIP or SigLIP alone, as a model of its own: `CLIPVisionModel`, `SiglipTextModel` and the like. */
import type { GraphModule, GraphNode, Size } from '../../graph/schema.ts';
import { chain, defineModule, instance, leaf, result, same } from '../module-draft.ts';
import type { ModelClass, Preparation } from './architecture.ts';
import type { Config } from './config.ts';
import type { EncoderKind } from './encoder.ts';
import { size } from './hyperparameters.ts';
import { imported, inputIds, PICTURES_AT_ONCE, textsAtOnce } from './two-encoders.ts';
import { pixelValues } from './vision.ts';

/** Finds in a configuration what speaks of the encoder: in files of both, a part of it. */
export type ConfigPart = (config: Config) => Config;

export interface Tower {
  /** Hugging Face's class. */
  readonly name: string;
  readonly help: string;
  readonly part: ConfigPart;
  /** The transformer first, then what it is made of. */
  readonly modules: (config: Config, kind: EncoderKind) => readonly GraphModule[];
  /** A linear map of the pooled vector, and what comes of it in that one's place. */
  readonly projection?: { readonly map: string; readonly result: string };
}

export function textTower(tower: Tower): ModelClass {
  const build = (config: Config, { tokens }: Preparation) => {
    const port = tokens ? 'input_ids.ids' : 'input_ids';
    return model(tower, config, {
      name: 'text_model',
      source: inputIds(config, tokens),
      port,
      sizes: textsAtOnce(config),
    });
  };
  return { readsText: true, vision: null, build: (config, preparation) => build(tower.part(config), preparation) };
}

export function visionTower(tower: Tower): ModelClass {
  const build = (config: Config, { picture }: Preparation) =>
    model(tower, config, {
      name: 'vision_model',
      source: pixelValues(picture),
      port: 'pixel_values',
      sizes: [PICTURES_AT_ONCE],
    });
  return {
    readsText: false,
    vision: tower.part,
    build: (config, preparation) => build(tower.part(config), preparation),
  };
}

/** The encoder in its model: its attribute, and what it reads. */
interface Place {
  readonly name: 'text_model' | 'vision_model';
  readonly source: GraphNode;
  /** Where the source's values come from. */
  readonly port: string;
  readonly sizes: Size[];
}

/** The transformer's own hyperparameters are the model's, and so are its outputs. */
function model({ name, help, modules, projection }: Tower, config: Config, place: Place) {
  const made = modules(config, '');
  const [transformer] = made as [GraphModule, ...GraphModule[]];
  const given = transformer.nodes.filter(({ type }) => type === 'output').map(({ name: output }) => output);
  const kept = projection ? given.filter((output) => output !== POOLED) : given;
  const dimension = { in_features: 'hidden_size', out_features: 'projection_dim', bias: false };
  const main = defineModule({
    name,
    help,
    hyperparameters: [
      ...transformer.hyperparameters,
      ...(projection ? [size('projection_dim', config.size('projection_dim'))] : []),
    ],
    sizes: place.sizes,
    nodes: [
      place.source,
      instance(place.name, transformer.name, same(...transformer.hyperparameters.map(({ name: own }) => own))),
      ...(projection ? [leaf(projection.map, 'linear', dimension), result(projection.result)] : []),
      ...kept.map(result),
    ],
    wires: [
      ...chain(place.port, `${place.name}.${place.source.name}`),
      ...kept.flatMap((output) => chain(`${place.name}.${output}`, `${output}_out`)),
      ...(projection ? chain(`${place.name}.${POOLED}`, projection.map, `${projection.result}_out`) : []),
    ],
  });
  return imported([config], [main, ...made]);
}

/** The one vector that stands for all of a text, or of a picture. */
const POOLED = 'pooler_output';
