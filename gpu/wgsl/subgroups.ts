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

export function readsTogether(traits: AdapterTraits | undefined): boolean {
  return traits?.software === true && traits.subgroupSize === NARROW;
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
  scope.line(`let own_${name} = ${elements.at(own)};`);
  const numbers = Array.from({ length: NARROW }, (_, lane) => `subgroupBroadcast(own_${name}, ${lane}u)`);
  scope.line(`let ${name} = vec4f(${numbers.join(', ')});`);
}
