/**
 * What nodes do to the axis along which the samples of a batch lie: where it is in the output, or that samples meet. Who
 * shares a batch out among processes asks; a record names its rule.
 */
import type { ResolvedParameter } from '../graph/signature.ts';
import { resolveAxis } from './shapes.ts';

/** Where the batch is in a value: an axis, nowhere, or everywhere because samples have met; `mean`: averaged over. */
export type BatchAxis = number | 'none' | 'mean' | 'joint';

export interface BatchContext {
  readonly params: Readonly<Record<string, ResolvedParameter>>;
  /** Connected inputs by port; at least one has the batch in it, and in none have samples met. */
  readonly inputs: Readonly<Record<string, { readonly sizes: readonly number[]; readonly batch: BatchAxis }>>;
  readonly output: { readonly port: string; readonly sizes: readonly number[] };
}

export type BatchRule = (context: BatchContext) => BatchAxis;

/** Inputs are aligned at their last axes; one without the batch must not have a size of its own there. */
function elementwise({ inputs, output }: BatchContext): BatchAxis {
  const rank = output.sizes.length;
  const axes = Object.values(inputs).flatMap(({ sizes, batch }) =>
    typeof batch === 'number' ? [batch + rank - sizes.length] : [],
  );
  const [axis] = axes;
  const isMean = Object.values(inputs).some(({ batch }) => batch === 'mean');
  if (axis === undefined || isMean || axes.some((other) => other !== axis)) return 'joint';
  const isFree = Object.values(inputs).every(({ sizes, batch }) => {
    return typeof batch === 'number' || (sizes[axis - (rank - sizes.length)] ?? 1) === 1;
  });
  return isFree ? axis : 'joint';
}

/** A sum or a difference of means over samples is one. */
const sum: BatchRule = (context) => {
  const batches = Object.values(context.inputs).map(({ batch }) => batch);
  return batches.every((batch) => typeof batch !== 'number') ? 'mean' : elementwise(context);
};

/** A mean over samples times what does not depend on them is one. */
const product: BatchRule = (context) => {
  const means = Object.values(context.inputs).filter(({ batch }) => batch === 'mean');
  const isMean = means.length === 1 && Object.values(context.inputs).every(({ batch }) => typeof batch !== 'number');
  return isMean ? 'mean' : elementwise(context);
};

/** As a product, but for what stands below the line. */
const quotient: BatchRule = (context) => (context.inputs['b']?.batch === 'mean' ? 'joint' : product(context));

/** Reads along the last axis of its input, or along the last `count`. */
function alongLast(port: string, count = 1): BatchRule {
  return ({ inputs }) => {
    const others = Object.entries(inputs).filter(([name]) => name !== port);
    if (others.some(([, { batch }]) => batch !== 'none')) return 'joint';
    const { sizes, batch } = inputs[port]!;
    return typeof batch === 'number' && batch < sizes.length - count ? batch : 'joint';
  };
}

function dim({ params, inputs }: BatchContext, name = 'dim'): number | undefined {
  const value = params[name]?.value;
  return typeof value === 'number' ? resolveAxis(value, inputs['input']!.sizes.length) : undefined;
}

/** Reads along one axis, which stays. */
const alongAxis: BatchRule = (node) => {
  const batch = node.inputs['input']!.batch;
  return typeof batch === 'number' && dim(node) !== batch ? batch : 'joint';
};

/** Reads along one axis, which goes. @param isMean whether it is an average. */
function reduction(isMean: boolean): BatchRule {
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

const matmul: BatchRule = ({ inputs, output }) => {
  const [a, b] = [inputs['a']!, inputs['b']!];
  const rank = output.sizes.length;
  if (a.sizes.length < 2 || b.sizes.length < 2) return 'joint';
  const rows = a.batch === a.sizes.length - 2;
  const columns = b.batch === b.sizes.length - 1;
  // Rows of one matrix, or columns of it, against what all samples share.
  if (rows || columns) return (rows ? b.batch : a.batch) === 'none' ? rank - (rows ? 2 : 1) : 'joint';
  const axis = elementwise({ params: {}, inputs, output });
  return typeof axis === 'number' && axis < rank - 2 ? axis : 'joint';
};

/** Reads each sequence of the batch by itself. */
function perSequence(...ports: readonly string[]): BatchRule {
  return ({ inputs }) => (ports.every((port) => inputs[port]!.batch === 0) ? 0 : 'joint');
}

const attention: BatchRule = (node) => {
  const axis = elementwise(node);
  return typeof axis === 'number' && axis < node.output.sizes.length - 2 ? axis : 'joint';
};

const transpose: BatchRule = (node) => {
  const { batch } = node.inputs['input']!;
  const [first, second] = [dim(node, 'dim0'), dim(node, 'dim1')];
  return batch === first ? second! : batch === second ? first! : batch;
};

/** The batch stays where as many elements are before it, in an axis of whole samples. */
const reshape: BatchRule = ({ inputs, output }) => {
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
const expand: BatchRule = ({ inputs, params, output }) => {
  const { sizes, batch } = inputs['input']!;
  if (typeof batch === 'number') return batch + output.sizes.length - sizes.length;
  if (batch === 'mean') return 'joint';
  const like = inputs['like']!;
  const items = (params['shape']?.dims ?? []).map(({ source }) => source.replaceAll(/\s/g, ''));
  const named = [Number(like.batch), Number(like.batch) - like.sizes.length].map((axis) => `like.shape[${axis}]`);
  const axes = items.flatMap((item, axis) => (named.includes(item) ? [axis] : []));
  if (axes.length === 1) return axes[0]!;
  return items.some((item) => item.includes('like.shape')) ? 'joint' : 'none';
};

/** Takes a place of one axis, which goes. */
const select: BatchRule = (node) => {
  const { batch } = node.inputs['input']!;
  const axis = dim(node);
  if (typeof batch !== 'number' || axis === undefined || axis === batch) return 'joint';
  return axis > batch ? batch : batch - 1;
};

const concat: BatchRule = ({ inputs, params, output }) => {
  const batches = new Set(Object.values(inputs).map(({ batch }) => batch));
  const [batch] = batches;
  const axis = resolveAxis(Number(params['dim']?.value), output.sizes.length);
  return batches.size === 1 && typeof batch === 'number' && batch !== axis ? batch : 'joint';
};

/** Tells places along an axis apart, and reads no numbers. */
const places: BatchRule = (node) => (node.inputs['input']!.batch === dim(node) ? 'joint' : 'none');

const lstm: BatchRule = ({ inputs, output }) => {
  if (inputs['input']!.batch !== 0) return 'joint';
  return output.port === 'output' ? 0 : 1;
};

const crossEntropy: BatchRule = ({ inputs, params }) => {
  if (inputs['logits']!.batch !== 0 || inputs['labels']!.batch !== 0) return 'joint';
  const { value } = params['reduction']!;
  return value === 'none' ? 0 : value === 'mean' ? 'mean' : 'joint';
};

/** The rules that records name. */
export const BATCH = {
  elementwise,
  sum,
  product,
  quotient,
  alongLast,
  alongAxis,
  reduction,
  matmul,
  attention,
  transpose,
  reshape,
  perSequence,
  expand,
  select,
  concat,
  places,
  lstm,
  crossEntropy,
} as const;
