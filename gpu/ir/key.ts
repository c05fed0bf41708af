/**
 * Keys of values: a hash of the recipe (op, attributes, keys of the inputs), never of the bytes. The same key always
 * means the same numbers, in this graph or another, which is what kept values are found by.
 */
import { sha256 } from './sha256.ts';
import { halfKey } from './storage.ts';
import type { Attribute, Attributes, Graph, Operation, ValueId } from './types.ts';

/** 128 bits: two recipes that were ever made do not meet. */
const HEX_DIGITS = 32;

/**
 * The key of every value. Inputs and weights bring theirs in the attribute `key` (hash of a file, or seed and place in
 * the draw); names, paths and origins are in no key.
 * @param halves Values that are f16 in memory: they hold other numbers than in f32, and so does what is computed of them.
 */
export function valueKeys(
  graph: Pick<Graph, 'operations'>,
  halves: ReadonlySet<ValueId> = new Set(),
): ReadonlyMap<ValueId, string> {
  const keys = new Map<ValueId, string>();
  for (const operation of graph.operations) {
    const given = givenKey(operation);
    const recipe = recipeOf(operation, (value) => keys.get(value)!);
    for (const [index, result] of operation.results.entries()) {
      const key = given ?? sha256(`${recipe}#${index}`, HEX_DIGITS);
      keys.set(result, halves.has(result) ? halfKey(key) : key);
    }
  }
  return keys;
}

/** What the operation computes, as text: equal text means equal results, where equal names mean equal inputs. */
export function recipeOf(
  { op, attributes, inputs }: Pick<Operation, 'op' | 'attributes' | 'inputs'>,
  nameOf: (value: ValueId) => string | number,
): string {
  return `${op}(${inputs.map(nameOf).join(',')}){${attributesText(attributes)}}`;
}

/** The key that an input or a weight brings. */
export function givenKey({ op, attributes }: Pick<Operation, 'op' | 'attributes'>): string | undefined {
  const given = attributes['key'];
  return (op === 'input' || op === 'weight') && typeof given === 'string' ? given : undefined;
}

/** In alphabetical order, so that the order of writing does not count. */
function attributesText(attributes: Attributes): string {
  return Object.keys(attributes)
    .sort()
    .map((name) => `${name}=${attributeText(attributes[name]!)}`)
    .join(';');
}

function attributeText(value: Attribute): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return String(value);
  return `[${value.map((element) => (typeof element === 'string' ? JSON.stringify(element) : numberText(element))).join(',')}]`;
}

/** Text that tells −0 from 0; every other number's own text is exact. */
function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
