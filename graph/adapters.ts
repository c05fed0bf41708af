/** Nodes with one input that turn a tensor of one kind into another: what may be put on a wire that does not fit. */
import { createCache } from './cache.ts';
import { inferLeaf, numericParams } from './infer-leaf.ts';
import type { Instance } from './instance.ts';
import { resolveParameter } from './parameters.ts';
import type { Dimension } from './problems.ts';
import { own } from './records.ts';
import type { NodeLibrary, PortType, ResolvedParameter, Scalar } from './signature.ts';

export interface Adapter {
  readonly type: string;
  readonly title: string;
  readonly params: Readonly<Record<string, Scalar>>;
  /** Its ports on the wire. */
  readonly input: string;
  readonly output: string;
  /** What leaves it. */
  readonly gives: PortType;
}

type Proposal = Pick<Adapter, 'type' | 'title' | 'params'>;

/** What is known of the input that does not fit. */
export interface Wanted {
  /** Sizes that the last axis may be meant to have. */
  readonly widths: readonly Dimension[];
  /** How many ids there are, where ids come and that is known. */
  readonly vocabulary: Dimension | undefined;
  /** What comes broadcasts with another input: most shapes would do, and few make sense. */
  readonly broadcast: boolean;
}

/**
 * Adapters that take a type, the least intrusive first: those that only look at the elements in another way come before
 * those with weights.
 * @param scope the hyperparameters that parameters may name.
 */
export function* adaptersFor(
  came: PortType,
  wanted: Wanted,
  scope: Instance['params'],
  library: NodeLibrary,
): Generator<Adapter> {
  for (const proposal of proposals(came, wanted, scope)) {
    const signature = library.get(proposal.type);
    const [input, output] = [signature?.inputs[0]?.name, signature?.outputs[0]?.name];
    if (!signature || input === undefined || output === undefined) continue;
    const cache = createCache();
    const params: Record<string, ResolvedParameter> = {};
    for (const rule of signature.params) {
      const value = own(proposal.params, rule.name) ?? rule.default;
      const names = new Map([...numericParams(scope)].map(([name, size]) => [name, size.value]));
      const resolved = resolveParameter(rule, value, { names }, cache);
      if (resolved.ok) params[rule.name] = resolved.param;
    }
    if (signature.params.some(({ name }) => !Object.hasOwn(params, name))) continue;
    const { outputs, problems } = inferLeaf(signature, params, { [input]: came }, cache);
    const gives = own(outputs, output);
    if (gives && problems.length === 0) yield { ...proposal, input, output, gives };
  }
}

function* proposals(
  came: PortType,
  { widths, vocabulary, broadcast }: Wanted,
  scope: Instance['params'],
): Generator<Proposal> {
  yield* transposes(came);
  yield* reshapes(came, broadcast);
  if (came.dtype === 'f32' && came.dims.length > 0) yield* projectors(came.dims.at(-1)!, widths, scope);
  if (came.dtype === 'i32') yield* embeddings(vocabulary ?? { size: 256 }, widths, scope);
  if (came.dtype === 'f32' && came.dims.length > 1) {
    if (!broadcast) yield* pools(came);
    yield { type: 'argmax', title: 'Insert an argmax: the id of the largest', params: { dim: -1 } };
  }
  if (came.dtype !== 'bool')
    yield { type: 'compare', title: 'Insert a comparison: not 0', params: { comparison: 'not_equal', value: 0 } };
}

/** Every pair of axes, the last ones first. */
function* transposes({ dims }: PortType): Generator<Proposal> {
  for (let second = dims.length - 1; second > 0; second--)
    for (let first = second - 1; first >= 0; first--) {
      const title = `Insert a transpose of axes ${first} and ${second}`;
      yield { type: 'transpose', title, params: { dim0: first, dim1: second } };
    }
}

/**
 * One axis less, where two are joined or one of size 1 goes; or one more, of size 1. What broadcasts is aligned at its
 * last axis: there only axes behind it say more than what broadcasting does by itself.
 */
function* reshapes({ dims }: PortType, broadcast: boolean): Generator<Proposal> {
  const axes = dims.map((_, axis) => `input.shape[${axis}]`);
  const rank = dims.length;
  const reshape = (items: readonly string[], title: string): Proposal => ({
    type: 'reshape',
    title,
    params: { shape: items.join(', ') },
  });
  for (const [axis, { size }] of dims.entries())
    if (size === 1) yield reshape(axes.toSpliced(axis, 1), `Insert a reshape that drops axis ${axis}`);
  for (let axis = rank - 2; axis >= 0; axis--)
    yield reshape(
      axes.toSpliced(axis, 2, `${axes[axis]} * ${axes[axis + 1]}`),
      `Insert a reshape that joins axes ${axis} and ${axis + 1}`,
    );
  for (let axis = broadcast ? rank : 0; axis <= rank; axis++)
    yield reshape(axes.toSpliced(axis, 0, '1'), `Insert a reshape that adds axis ${axis}`);
  if (broadcast) yield reshape([...axes, '1', '1'], `Insert a reshape that adds axes ${rank} and ${rank + 1}`);
}

function* projectors(from: Dimension, widths: readonly Dimension[], scope: Instance['params']): Generator<Proposal> {
  for (const to of widths) {
    if (to.size === from.size) continue;
    const params = { in_features: written(from, scope), out_features: written(to, scope) };
    yield { type: 'linear', title: `Insert a projector: Linear ${from.size} → ${to.size}`, params };
  }
}

function* embeddings(rows: Dimension, widths: readonly Dimension[], scope: Instance['params']): Generator<Proposal> {
  for (const width of widths) {
    const params = { num_embeddings: written(rows, scope), embedding_dim: written(width, scope) };
    yield { type: 'embedding', title: `Insert an embedding of ${rows.size} ids in ${width.size}`, params };
  }
}

function* pools({ dims }: PortType): Generator<Proposal> {
  for (let axis = 1; axis < dims.length; axis++) {
    const name = dims[axis]!.name;
    yield { type: 'mean_pool', title: `Insert a mean over ${name ?? `axis ${axis}`}`, params: { dim: axis } };
  }
}

/** A size as a parameter: the hyperparameter that it is, or else the number. */
function written({ size, name }: Dimension, scope: Instance['params']): Scalar {
  return name !== undefined && own(scope, name)?.value === size ? name : size;
}
