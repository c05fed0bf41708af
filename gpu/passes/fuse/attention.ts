/**
 * Attention as it comes out of nodes, and what one kernel computes at once: a product of queries and keys, elementwise ops
 * on its scores (scale, mask), softmax over the keys and a product with the values. What is looked at in between is stored, so
 * that scores or weights that are an output or a tap leave three kernels as they were.
 */
import { elementCount, type Operation, type ValueId } from '../../ir/types.ts';
import { recordOf } from '../../ops/infer.ts';
import type { Refusal } from './cluster.ts';
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

/** Attentions by their last product, and why others that look like one are none, by each of their operations. */
export interface Attentions {
  readonly found: ReadonlyMap<Operation, Attention>;
  readonly refused: ReadonlyMap<Operation, Refusal>;
}

/** @param whyNotFit Why a kernel cannot compute the attention, if it cannot. */
export function findAttentions(view: GraphView, whyNotFit: (attention: Attention) => Refusal | undefined): Attentions {
  const found = new Map<Operation, Attention>();
  const refused = new Map<Operation, Refusal>();
  for (const product of view.graph.operations) {
    const softmax = softmaxBefore(product, view);
    if (!softmax) continue;
    const attention = attentionOf(product, softmax, view);
    const why = typeof attention === 'string' ? attention : whyNotFit(attention);
    if (why !== undefined) refused.set(softmax, why);
    else if (typeof attention !== 'string') found.set(product, attention);
  }
  return { found, refused };
}

/** The softmax over the last axis whose weights a product multiplies with something. */
function softmaxBefore(product: Operation, view: GraphView): Operation | undefined {
  if (!isMatmul(product)) return undefined;
  const weights = product.inputs[0]!;
  const softmax = view.producer(weights);
  if (softmax.op !== 'softmax') return undefined;
  const rank = view.type(weights).shape.length;
  return ((softmax.attributes['axis'] as number) + rank) % rank === rank - 1 ? softmax : undefined;
}

function attentionOf(product: Operation, softmax: Operation, view: GraphView): Attention | Refusal {
  const { shape } = view.type(product.results[0]!);
  const queries = elementCount(shape.slice(0, -1));
  if (queries < MIN_QUERIES) return `it has ${queries} queries, fewer than ${MIN_QUERIES}`;
  if (shape.at(-1)! > MAX_WIDTH) return `its values are ${shape.at(-1)} wide, more than ${MAX_WIDTH}`;
  /** What makes the value, if nobody sees it but this one. */
  const onlyFor = (value: ValueId, reader: Operation): Operation | undefined => {
    const users = view.users(value);
    if (view.outputs(value).length > 0 || users.length !== 1 || users[0] !== reader) return undefined;
    return view.producer(value);
  };
  const weights = product.inputs[0]!;
  if (!onlyFor(weights, product) || product.inputs[1] === weights) return 'its weights are wanted elsewhere too';
  // A sum over no keys is 0, and no mean of anything.
  if (view.type(weights).shape.at(-1) === 0) return 'it has no keys';
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
  return scores ? { scores, between, softmax, product } : 'its scores are no product that is wanted here only';
}

function isMatmul({ op }: Operation): boolean {
  const { wgsl } = recordOf(op);
  return wgsl.kind === 'kernel' && wgsl.family === 'matmul';
}
