/** What does not fit an adapter, said before the run. */

/** A tensor or grid that the adapter cannot take: what, how large, and the limit. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
  /** Path of the node instance whose value it is. */
  readonly origin: string;

  constructor(message: string, origin: string) {
    super(origin ? `${origin}: ${message}` : message);
    this.origin = origin;
  }
}
