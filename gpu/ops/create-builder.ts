/** A builder that knows the ops. */
import { Builder } from '../ir/builder.ts';
import { inferTypes } from './infer.ts';

/** An empty graph under construction, over the ops of gpu/ops. */
export function createBuilder(): Builder {
  return new Builder(inferTypes);
}
