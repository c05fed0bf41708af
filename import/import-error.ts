/** A model of elsewhere that cannot become a graph: one line that says in which file, where, and what is wanted. */
import { messageLine } from '../graph/error-text.ts';

export class ImportError extends Error {
  override readonly name = 'ImportError';

  constructor(message: string) {
    super(messageLine(message));
  }
}
