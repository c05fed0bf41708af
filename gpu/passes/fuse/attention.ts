/**
 * Attention as it comes out of nodes, and what one kernel computes at once: a product of queries and keys, elementwise ops
 * on its scores (scale, mask), softmax over the keys and a product with the values. What is looked at in between is stored, so
 * that scores or weights that are an output or a tap leave three kernels as they were.
 */
import { elementCount, type Operation, type ValueId } from '../../ir/types.ts';
import { recordOf } from '../../ops/infer.ts';
import type { GraphView } from './view.ts';

export interface Attention {
  /** [queries, depth] times [depth, keys], in each batch. */
  readonly scores: Operation;
  /** From the scores to what softmax is taken of, in order. */
  readonly between: readonly Operation[];
  readonly softmax: Operation;
  /** Weights times values. */
  readonly product: Operation;
}

/** Columns of the values that an invocation keeps sums of. */
const MAX_WIDTH = 256;
/** Queries in all: of fewer, as in a decoder that writes token by token, the work would not be spread over the adapter. */
const MIN_QUERIES = 64;

/** Every operation of it, the last one last. */
export function attentionOperations({ scores, between, softmax, product }: Attention): Operation[] {
  return [scores, ...between, softmax, product];
}

/** By their last product. */
export function findAttentions(view: GraphView): ReadonlyMap<Operation, Attention> {
  const outputs = new Set(view.graph.outputs.map(({ value }) => value));
  const found = new Map<Operation, Attention>();
  for (const operation of view.graph.operations) {
    const attention = attentionOf(operation, view, outputs);
    if (attention) found.set(operation, attention);
  }
  return found;
}

function attentionOf(product: Operation, view: GraphView, outputs: ReadonlySet<ValueId>): Attention | undefined {
  if (!isMatmul(product)) return undefined;
  const { shape } = view.type(product.results[0]!);
  if (shape.at(-1)! > MAX_WIDTH || elementCount(shape.slice(0, -1)) < MIN_QUERIES) return undefined;
  /** What makes the value, if nobody sees it but this one. */
  const onlyFor = (value: ValueId, reader: Operation): Operation | undefined => {
    const users = view.users(value);
    if (outputs.has(value) || users.length !== 1 || users[0] !== reader) return undefined;
    return view.producer(value);
  };
  const weights = product.inputs[0]!;
  const softmax = onlyFor(weights, product);
  if (softmax?.op !== 'softmax' || product.inputs[1] === weights) return undefined;
  const { shape: scoresShape } = view.type(weights);
  const rank = scoresShape.length;
  // A sum over no keys is 0, and no mean of anything.
  if (scoresShape.at(-1) === 0) return undefined;
  if (((softmax.attributes['axis'] as number) + rank) % rank !== rank - 1) return undefined;
  /** From a product to the reader's inputs by ops that nobody else looks at, the product first. */
  const wayTo = (reader: Operation): Operation[] | undefined => {
    for (const input of reader.inputs) {
      const maker = onlyFor(input, reader);
      if (!maker) continue;
      if (isMatmul(maker)) return [maker];
      const way = view.role(input) === 'elementwise' ? wayTo(maker) : undefined;
      if (way) return [...way, maker];
    }
    return undefined;
  };
  const [scores, ...between] = wayTo(softmax) ?? [];
  return scores && { scores, between, softmax, product };
}

function isMatmul({ op }: Operation): boolean {
  const { wgsl } = recordOf(op);
  return wgsl.kind === 'kernel' && wgsl.family === 'matmul';
}
