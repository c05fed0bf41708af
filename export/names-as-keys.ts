/** A pass for what is exported: leaves are told apart by their names. */
import type { Pass } from '../gpu/passes/pipeline.ts';
import { rewrite } from '../gpu/passes/rewrite.ts';

/**
 * Equal keys mean equal numbers today; an exported model is fed other inputs and trained on, so that nothing may be
 * merged that only happens to be equal.
 */
export const NAMES_AS_KEYS: Pass = {
  name: 'names-as-keys',
  run: (graph) =>
    rewrite(graph, ({ op, attributes }, inputs, builder) => {
      const name = op === 'input' ? attributes['name'] : op === 'weight' ? attributes['path'] : undefined;
      return builder.emitAll(
        op,
        inputs,
        name === undefined ? attributes : { ...attributes, key: `${op} ${String(name)}` },
      );
    }),
};
