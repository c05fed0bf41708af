/** What shaders that add up within subgroups have in common. They hold for any size, and for subgroups of any lanes. */
import type { Shader } from './shader.ts';

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
