/** What shaders that add up, or read, within subgroups have in common. */
import type { AdapterTraits } from '../plan.ts';
import type { Scope } from './scope.ts';
import type { Shader, StoredElements } from './shader.ts';

/** Built-in values, by the names that they get in `main`. */
export const SUBGROUP_VALUES = {
  subgroup_lane: 'subgroup_invocation_id',
  subgroup: 'subgroup_id',
  subgroups: 'num_subgroups',
} as const;

/** What WGSL promises of every adapter. */
export const SMALLEST_SUBGROUP = 4;

export function useSubgroups(shader: Shader): void {
  shader.direct('enable subgroups;');
  shader.direct('requires subgroup_id;');
}

/**
 * Invocations of a subgroup on adapters that compute on the CPU and read a buffer number by number, each with a check of its
 * own (SwiftShader). There one reads for the others: what its neighbour reads as well costs it as much as something else.
 */
export const NARROW = 4;

/** @param lanes Invocations that read for each other; lavapipe has eight in a subgroup where the processor has AVX. */
export function readsTogether(traits: AdapterTraits | undefined, lanes = NARROW): boolean {
  return traits?.software === true && traits.subgroupSize === lanes;
}

/** For subgroups that are the invocations of one `local.y`, which compilers cannot see. */
export function useTogether(shader: Shader): void {
  shader.direct('enable subgroups;');
  shader.direct('diagnostic(off, subgroup_uniformity);');
}

/**
 * Writes a vector that is the same for the subgroup as `name`: each invocation, `local.x`, reads the number of it that has
 * that place.
 * @param own Its position.
 */
export function vectorTogether(scope: Scope, name: string, elements: StoredElements, own: string): void {
  vectorsTogether(scope, [name], elements, own);
}

/** The same of vectors that follow each other: one for each four invocations of the subgroup. */
export function vectorsTogether(scope: Scope, names: readonly string[], elements: StoredElements, own: string): void {
  const read = `own_${names[0]!}`;
  scope.line(`let ${read} = ${elements.at(own)};`);
  for (const [index, name] of names.entries()) {
    const numbers = [0, 1, 2, 3].map((lane) => `subgroupBroadcast(${read}, ${4 * index + lane}u)`);
    scope.line(`let ${name} = vec4f(${numbers.join(', ')});`);
  }
}
