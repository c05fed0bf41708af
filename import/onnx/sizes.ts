/** Sizes that come with the data: a graph is imported at one size of each, which the person gives, or 1. */
import { excerpt } from '../../graph/error-text.ts';
import { ImportError } from '../import-error.ts';
import type { OnnxGraph, OnnxValueInfo } from './read-model.ts';

export interface Sizes {
  /** By name: as the file has it, or, of a size without one, as `x.0` for the first axis of input x. */
  readonly given: ReadonlyMap<string, number>;
}

/** What a size is that nobody has given. */
export const STANDARD_SIZE = 1;
/** Beyond it no tensor has an axis. */
const LARGEST = 2 ** 31 - 1;

/**
 * A size for every name that the inputs have.
 * @param given by the person.
 * @returns also the names of those that nobody has given.
 * @throws {ImportError} for a name that the file does not have, or a number that is no size.
 */
export function chooseSizes(
  graph: OnnxGraph,
  given: ReadonlyMap<string, number>,
): { readonly sizes: Sizes; readonly open: readonly string[] } {
  const names = [...new Set(graph.inputs.flatMap(openSizes))];
  for (const [name, size] of given) {
    if (!names.includes(name)) {
      const instead = names.length > 0 ? `there are ${names.map(excerpt).join(', ')}` : 'all of its sizes are fixed';
      throw new ImportError(`it has no size ${excerpt(name)}; ${instead}`);
    }
    if (!Number.isInteger(size) || size < 0 || size > LARGEST)
      throw new ImportError(`${size} is no size for ${excerpt(name)}`);
  }
  const open = names.filter((name) => !given.has(name));
  const all = new Map([...given, ...open.map((name) => [name, STANDARD_SIZE] as const)]);
  return { sizes: { given: all }, open };
}

function openSizes(info: OnnxValueInfo): string[] {
  return dimsOf(info).flatMap((size, axis) => (typeof size === 'number' ? [] : [size ?? `${info.name}.${axis}`]));
}

export function resolveSizes(info: OnnxValueInfo, { given }: Sizes): readonly number[] {
  return dimsOf(info).map((size, axis) => {
    const found = typeof size === 'number' ? size : given.get(size ?? `${info.name}.${axis}`)!;
    if (found >= 0 && found <= LARGEST) return found;
    throw new ImportError(`axis ${axis} of ${excerpt(info.name)} has size ${found}, which no tensor has`);
  });
}

function dimsOf({ name, dims }: OnnxValueInfo) {
  if (dims) return dims;
  throw new ImportError(
    `nothing says how many axes ${excerpt(name)} has; export the model with the shapes of its inputs`,
  );
}
