/** Activations by their name in `hidden_act`, as Hugging Face's ACT2FN has them. */
import type { GraphNode } from '../../graph/schema.ts';
import { leaf } from '../module-draft.ts';
import type { Config } from './config.ts';

/** Makes the node of this name. */
export type Activation = (name: string) => GraphNode;

const gelu =
  (approximate: 'none' | 'tanh'): Activation =>
  (name) =>
    leaf(name, 'gelu', { approximate });

/** The tanh forms differ in how they are written alone. */
const ACTIVATIONS: ReadonlyMap<string, Activation> = new Map([
  ['gelu', gelu('none')],
  ['gelu_python', gelu('none')],
  ['gelu_new', gelu('tanh')],
  ['gelu_fast', gelu('tanh')],
  ['gelu_pytorch_tanh', gelu('tanh')],
  ['gelu_python_tanh', gelu('tanh')],
  ['quick_gelu', (name) => leaf(name, 'quick_gelu')],
  ['relu', (name) => leaf(name, 'relu')],
  ['sigmoid', (name) => leaf(name, 'sigmoid')],
  ['tanh', (name) => leaf(name, 'tanh')],
]);

/** @throws {ImportError} where the key names one that is not known. */
export function activationOf(config: Config, key: string): Activation {
  const name = config.text(key);
  const activation = ACTIVATIONS.get(name);
  if (activation) return activation;
  throw config.fault(key, `"${name}" is not known; known are ${[...ACTIVATIONS.keys()].join(', ')}`);
}
