/** What a node does to the axis along which the samples of a batch lie: where it is in the output, or that samples meet. */
import { resolveAxis } from '../../../nodes/shapes.ts';
import type { Params } from '../../../nodes/definition.ts';

/** Where the batch is in a value: an axis, nowhere, or everywhere because samples have met; `mean`: averaged over. */
export type BatchAxis = number | 'none' | 'mean' | 'joint';

export interface NodeAxes {
  readonly type: string;
  readonly params: Params;
  /** Connected inputs by port. */
  readonly inputs: Readonly<Record<string, { readonly sizes: readonly number[]; readonly batch: BatchAxis }>>;
  readonly output: { readonly port: string; readonly sizes: readonly number[] };
}

type Rule = (node: NodeAxes) => BatchAxis;

/** @returns `joint` for a node that is not known: nobody can say what it does. */
export function batchAfter(node: NodeAxes): BatchAxis {
  const before = Object.values(node.inputs).map(({ batch }) => batch);
  if (before.includes('joint')) return 'joint';
  if (before.every((batch) => batch === 'none')) return 'none';
  if (before.includes('mean')) return afterMean(node);
  const rule = RULES[node.type];
  return rule ? rule(node) : 'joint';
}

/** A mean over samples stays one in what is linear in it. */
function afterMean({ type, inputs }: NodeAxes): BatchAxis {
  const [a, b] = [inputs['a']?.batch, inputs['b']?.batch];
  switch (type) {
    case 'negate':
      return 'mean';
    case 'add':
    case 'subtract':
      return [a, b].every((batch) => typeof batch !== 'number') ? 'mean' : 'joint';
    case 'multiply':
      return [a, b].filter((batch) => batch === undefined || batch === 'none').length === 1 ? 'mean' : 'joint';
    case 'divide':
      return a === 'mean' && (b === undefined || b === 'none') ? 'mean' : 'joint';
    default:
      return 'joint';
  }
}

/** Inputs are aligned at their last axes; one without the batch must not have a size of its own there. */
function elementwise({ inputs, output }: NodeAxes): BatchAxis {
  const rank = output.sizes.length;
  const axes = Object.values(inputs).flatMap(({ sizes, batch }) =>
    typeof batch === 'number' ? [batch + rank - sizes.length] : [],
  );
  const [axis] = axes;
  if (axis === undefined || axes.some((other) => other !== axis)) return 'joint';
  const isFree = Object.values(inputs).every(({ sizes, batch }) => {
    return typeof batch === 'number' || (sizes[axis - (rank - sizes.length)] ?? 1) === 1;
  });
  return isFree ? axis : 'joint';
}

/** Reads along the last axis of its input, or along the last `count`. */
function alongLast(port: string, count = 1): Rule {
  return ({ inputs }) => {
    const others = Object.entries(inputs).filter(([name]) => name !== port);
    if (others.some(([, { batch }]) => batch !== 'none')) return 'joint';
    const { sizes, batch } = inputs[port]!;
    return typeof batch === 'number' && batch < sizes.length - count ? batch : 'joint';
  };
}

function dim({ params, inputs }: NodeAxes, name = 'dim'): number | undefined {
  const value = params[name]?.value;
  return typeof value === 'number' ? resolveAxis(value, inputs['input']!.sizes.length) : undefined;
}

/** Reads along one axis, which stays. */
const alongAxis: Rule = (node) => {
  const batch = node.inputs['input']!.batch;
  return typeof batch === 'number' && dim(node) !== batch ? batch : 'joint';
};

/** Reads along one axis, which goes. @param isMean whether it is an average. */
function reduction(isMean: boolean): Rule {
  return (node) => {
    const { params, inputs, output } = node;
    const { batch, sizes } = inputs['input']!;
    const axis = dim(node);
    const isAll = params['all']?.value === true;
    if (isAll || axis === batch) {
      const isNumber = output.sizes.every((size) => size === 1) && (isAll || sizes.length === 1);
      return isMean && isNumber ? 'mean' : 'joint';
    }
    if (typeof batch !== 'number' || axis === undefined) return 'joint';
    return params['keepdim']?.value === true || axis > batch ? batch : batch - 1;
  };
}

const matmul: Rule = ({ inputs, output }) => {
  const [a, b] = [inputs['a']!, inputs['b']!];
  const rank = output.sizes.length;
  if (a.sizes.length < 2 || b.sizes.length < 2) return 'joint';
  const rows = a.batch === a.sizes.length - 2;
  const columns = b.batch === b.sizes.length - 1;
  // Rows of one matrix, or columns of it, against what all samples share.
  if (rows || columns) return (rows ? b.batch : a.batch) === 'none' ? rank - (rows ? 2 : 1) : 'joint';
  const axis = elementwise({ type: 'matmul', params: {}, inputs, output });
  return typeof axis === 'number' && axis < rank - 2 ? axis : 'joint';
};

/** Reads each sequence of the batch by itself. */
function perSequence(...ports: readonly string[]): Rule {
  return ({ inputs }) => (ports.every((port) => inputs[port]!.batch === 0) ? 0 : 'joint');
}

const attention: Rule = (node) => {
  const axis = elementwise(node);
  return typeof axis === 'number' && axis < node.output.sizes.length - 2 ? axis : 'joint';
};

const transpose: Rule = (node) => {
  const { batch } = node.inputs['input']!;
  const [first, second] = [dim(node, 'dim0'), dim(node, 'dim1')];
  return batch === first ? second! : batch === second ? first! : batch;
};

/** The batch stays where as many elements are before it, in an axis of whole samples. */
const reshape: Rule = ({ inputs, output }) => {
  const { sizes, batch } = inputs['input']!;
  if (typeof batch !== 'number') return 'joint';
  const product = (of: readonly number[]): number => of.reduce((all, size) => all * size, 1);
  const before = product(sizes.slice(0, batch));
  const samples = sizes[batch]!;
  const axis = output.sizes.findIndex((size, index) => {
    return product(output.sizes.slice(0, index)) === before && size > 0 && size % samples === 0;
  });
  return axis < 0 ? 'joint' : axis;
};

/** What all samples share is there for each where the batch of another value is among the sizes. */
const expand: Rule = ({ inputs, params, output }) => {
  const { sizes, batch } = inputs['input']!;
  if (typeof batch === 'number') return batch + output.sizes.length - sizes.length;
  const like = inputs['like']!;
  const items = (params['shape']?.dims ?? []).map(({ source }) => source.replaceAll(/\s/g, ''));
  const named = [Number(like.batch), Number(like.batch) - like.sizes.length].map((axis) => `like.shape[${axis}]`);
  const axes = items.flatMap((item, axis) => (named.includes(item) ? [axis] : []));
  if (axes.length === 1) return axes[0]!;
  return items.some((item) => item.includes('like.shape')) ? 'joint' : 'none';
};

/** Takes a place of one axis, which goes. */
const select: Rule = (node) => {
  const { batch } = node.inputs['input']!;
  const axis = dim(node);
  if (typeof batch !== 'number' || axis === undefined || axis === batch) return 'joint';
  return axis > batch ? batch : batch - 1;
};

const concat: Rule = ({ inputs, params, output }) => {
  const batches = new Set(Object.values(inputs).map(({ batch }) => batch));
  const [batch] = batches;
  const axis = resolveAxis(Number(params['dim']?.value), output.sizes.length);
  return batches.size === 1 && batch !== axis ? batch! : 'joint';
};

/** Tells places along an axis apart, and reads no numbers. */
const places: Rule = (node) => (node.inputs['input']!.batch === dim(node) ? 'joint' : 'none');

const lstm: Rule = ({ inputs, output }) => {
  if (inputs['input']!.batch !== 0) return 'joint';
  return output.port === 'output' ? 0 : 1;
};

const crossEntropy: Rule = ({ inputs, params }) => {
  if (inputs['logits']!.batch !== 0 || inputs['labels']!.batch !== 0) return 'joint';
  const { value } = params['reduction']!;
  return value === 'none' ? 0 : value === 'mean' ? 'mean' : 'joint';
};

const ELEMENTWISE =
  'add subtract multiply divide power negate exp log sqrt sigmoid tanh relu gelu quick_gelu log_sigmoid dropout compare where ' +
  'logical_and logical_or logical_not';

const RULES: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(ELEMENTWISE.split(' ').map((type) => [type, elementwise])),
  ...Object.fromEntries(['softmax', 'l2_normalize', 'slice', 'split'].map((type) => [type, alongAxis])),
  ...Object.fromEntries(['sum', 'max', 'min', 'argmax'].map((type) => [type, reduction(false)])),
  mean: reduction(true),
  mean_pool: reduction(true),
  linear: alongLast('input'),
  functional_linear: alongLast('input'),
  layer_norm: alongLast('input'),
  rms_norm: alongLast('input'),
  top_k: alongLast('input'),
  embedding: alongLast('ids', 0),
  // Pixels of a picture; a channel, a row or a column is no sample.
  patchify: alongLast('input', 3),
  masked_scatter: perSequence('mask', 'rows'),
  take_at: perSequence('input', 'positions'),
  expand,
  scaled_dot_product_attention: attention,
  matmul,
  transpose,
  reshape,
  flatten: reshape,
  select,
  concat,
  lstm,
  arange: places,
  causal_mask: places,
  cross_entropy: crossEntropy,
};

/** Nodes of which it is known where they leave the batch. */
export const KNOWN_TYPES: readonly string[] = Object.keys(RULES);
