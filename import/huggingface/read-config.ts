/** From the text of config.json to the architecture that it is of. */
import { excerpt } from '../../graph/error-text.ts';
import { JsonError, parseJson } from '../../graph/json.ts';
import { ImportError } from '../import-error.ts';
import type { Architecture, ModelClass } from './architecture.ts';
import { createConfig, isObject, type Config, type JsonObject } from './config.ts';
import { ARCHITECTURES } from './registry.ts';

export interface FoundModel {
  readonly architecture: Architecture;
  /** Hugging Face's class: `ViTForImageClassification`. */
  readonly className: string;
  readonly modelClass: ModelClass;
  readonly config: Config;
}

/** @throws {ImportError} where the text is no configuration, or of an architecture that is not known. */
export function readConfig(text: string, place: string): FoundModel {
  const values = parseObject(text, place);
  const { model_type: modelType, architectures } = values;
  if (typeof modelType !== 'string')
    throw new ImportError(`${place}: model_type: ${modelType === undefined ? 'it is missing' : 'it is no text'}`);
  const architecture = ARCHITECTURES.get(modelType);
  if (!architecture) {
    throw new ImportError(
      `${place}: model_type: "${excerpt(modelType)}" is not known; known are ${[...ARCHITECTURES.keys()].join(', ')}`,
    );
  }
  const config = createConfig(values, architecture.defaults, place);
  const named: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  const known = Object.keys(architecture.classes);
  const className = known.find((name) => name === named);
  if (className === undefined) {
    const what = typeof named === 'string' ? `${excerpt(named)} is not known` : 'it names no class';
    throw config.fault('architectures', `${what}; known of ${modelType} are ${known.join(', ')}`);
  }
  return { architecture, className, modelClass: architecture.classes[className]!, config };
}

/** @throws {ImportError} where the text is no object in JSON, with the line. */
export function parseObject(text: string, place: string): JsonObject {
  let value;
  try {
    value = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const before = text.slice(0, error.offset).split('\n');
    throw new ImportError(`${place}: line ${before.length}, column ${before.at(-1)!.length + 1}: ${error.message}`);
  }
  if (!isObject(value)) throw new ImportError(`${place}: it is not a JSON object`);
  return value;
}
