/** Cuts concats of many operands into concats of few, so that each can be copied by a kernel with few bindings. */
import type { Graph, ValueId } from '../ir/types.ts';
import { rewrite } from './rewrite.ts';

/** The same graph, every concat of at most `most` operands (at least 2): a tree where there were more. */
export function cutWideConcats(graph: Graph, most: number): Graph {
  return rewrite(graph, ({ op, attributes }, inputs, builder) => {
    if (op !== 'concat') return builder.emitAll(op, inputs, attributes);
    let parts = inputs;
    while (parts.length > most) {
      const groups = Array.from({ length: Math.ceil(parts.length / most) }, (_, index): readonly ValueId[] => {
        return parts.slice(index * most, (index + 1) * most);
      });
      parts = groups.map((group) => (group.length === 1 ? group[0]! : builder.emit(op, group, attributes)));
    }
    return [builder.emit(op, parts, attributes)];
  });
}
