/** What an architecture of Hugging Face's is: one record in one file, and a line in the registry. */
import type { GraphModule, ParameterValue } from '../../graph/schema.ts';
import type { Config, JsonObject } from './config.ts';

/** What is known beside the configuration: how pictures and texts reach the model, and which weights there are. */
export interface Preparation {
  /** Of an image input: images, fit, filter, mean and std. */
  readonly picture: Readonly<Record<string, ParameterValue>>;
  /** Of a token input; undefined: ids come from outside. */
  readonly tokens: Readonly<Record<string, ParameterValue>> | undefined;
  /** Whether the checkpoint has a weight of this name; true of all where nobody has looked. */
  readonly holds: (weight: string) => boolean;
}

export interface ImportedModel {
  /** The main one first. */
  readonly modules: readonly GraphModule[];
  /** Rules (nodes/renaming.ts) for what checkpoints hold beside weights. */
  readonly rename: readonly string[];
  /** What of the configuration has no place in the graph, and why; a line each. */
  readonly notes: readonly string[];
}

/** One of Hugging Face's classes. */
export interface ModelClass {
  /** Whether it reads texts. */
  readonly readsText: boolean;
  /** The part of the configuration that says what pictures it reads; null: it reads none. */
  readonly vision: ((config: Config) => Config) | null;
  readonly build: (config: Config, preparation: Preparation) => ImportedModel;
}

export interface Architecture {
  /** `model_type` of config.json. */
  readonly modelType: string;
  /** What holds where preprocessor_config.json says nothing. */
  readonly preprocessor: JsonObject;
  /** What holds where config.json says nothing: the defaults of Hugging Face's configuration. */
  readonly defaults: JsonObject;
  /** By the class that `architectures` names. */
  readonly classes: Readonly<Record<string, ModelClass>>;
}
