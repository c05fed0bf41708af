/** Reads a config.json: each value by its key, checked, with the default that Hugging Face's class has for it. */
import { excerpt } from '../../graph/error-text.ts';
import type { JsonValue } from '../../graph/json.ts';
import { ImportError } from '../import-error.ts';

export type JsonObject = Readonly<Record<string, JsonValue>>;

/** No size of a model comes near; a larger one is a mistake, or would make the graph endless. */
const MOST = 2 ** 24;

export interface Config {
  /** A whole number from 1 to the most that it may be. */
  size(key: string, most?: number): number;
  /** A whole number from 0 on: an id. */
  id(key: string): number;
  /** A number from 0 on. */
  float(key: string): number;
  bool(key: string): boolean;
  text(key: string): string;
  /** A part with values of its own; where it is missing or null, its defaults hold. */
  part(key: string, defaults: JsonObject): Config;
  /** The value as it stands, or its default; undefined where there is neither. */
  raw(key: string): JsonValue | undefined;
  has(key: string): boolean;
  /** @returns what to throw for a key: its place and the problem. */
  fault(key: string, problem: string): ImportError;
}

/**
 * @param place how messages name it: `config.json`.
 * @param prefix of its keys in messages: `text_config.`.
 */
export function createConfig(values: JsonObject, defaults: JsonObject, place: string, prefix = ''): Config {
  const raw = (key: string): JsonValue | undefined => {
    // Null stands for the default in files that old versions wrote.
    if (Object.hasOwn(values, key) && values[key] !== null) return values[key];
    return Object.hasOwn(defaults, key) ? defaults[key] : undefined;
  };
  const fault = (key: string, problem: string): ImportError => new ImportError(`${place}: ${prefix}${key}: ${problem}`);
  const read = <T extends JsonValue>(key: string, fits: (value: JsonValue) => value is T, wanted: string): T => {
    const value = raw(key);
    if (value === undefined) throw fault(key, `it is missing; ${wanted} is wanted`);
    if (!fits(value)) throw fault(key, `it is ${shown(value)}; ${wanted} is wanted`);
    return value;
  };
  const whole = (key: string, least: number, most: number): number => {
    const fits = (value: JsonValue): value is number =>
      typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
    return read(key, fits, `a whole number from ${least} to ${most}`);
  };
  return {
    size: (key, most = MOST) => whole(key, 1, most),
    id: (key) => whole(key, 0, MOST),
    float: (key) => read(key, isAmount, 'a number from 0 on'),
    bool: (key) => read(key, (value) => typeof value === 'boolean', 'true or false'),
    text: (key) => read(key, (value) => typeof value === 'string', 'a text'),
    part: (key, inner) => createConfig(read(key, isObject, 'an object'), inner, place, `${prefix}${key}.`),
    raw,
    has: (key) => raw(key) !== undefined,
    fault,
  };
}

/** @throws {ImportError} where heads do not share the vector evenly. */
export function headsShare(config: Config): void {
  const [hidden, heads] = [config.size('hidden_size'), config.size('num_attention_heads')];
  if (hidden % heads !== 0)
    throw config.fault('num_attention_heads', `hidden_size ${hidden} is not divisible by ${heads} heads`);
}

export function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAmount(value: JsonValue): value is number {
  return typeof value === 'number' && value >= 0;
}

/** A value out of a file, as a part of a message. */
export function shown(value: JsonValue): string {
  return excerpt(JSON.stringify(value));
}
