/** What code generation cannot write. */

/** A kernel that has no WGSL: what it is and what would do instead. */
export class WgslError extends Error {
  override readonly name = 'WgslError';
}
