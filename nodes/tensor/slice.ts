/** Slice: a range of positions along one axis, as x[start:stop:step]. */
import { BATCH } from '../batch.ts';
import type { Builder } from '../../gpu/ir/builder.ts';
import type { ValueId } from '../../gpu/ir/types.ts';
import { numberParam, type NodeDefinition, type Params } from '../definition.ts';
import { noSuchAxis, resolveAxis, single, UNKNOWN } from '../shapes.ts';
import { index, name, type Python } from '../python.ts';
import { one } from '../torch.ts';

export const slice: NodeDefinition = {
  type: 'slice',
  title: 'Slice',
  category: 'tensor',
  help:
    'Keeps the positions from start to before stop along one axis, every step-th of them, as x[start:stop:step] does in ' +
    'Python: negative bounds count from the end, and bounds beyond it are the end. Nothing is copied: whoever reads the ' +
    'slice reads the tensor at other places.',
  reference: {
    text: 'PyTorch, Indexing and slicing',
    url: 'https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops',
  },
  keywords: ['torch.narrow', 'range', 'crop', 'x[a:b]', 'part'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Any tensor with that axis.', shape: '...', dtypes: ['f32', 'i32', 'bool'] }],
  outputs: [{ name: 'output', help: 'The positions kept.' }],
  params: [
    { name: 'dim', type: 'int', default: 1, help: 'The axis to take from; negative counts from the last.' },
    { name: 'start', type: 'int', default: 0, help: 'The first position; negative counts from the end.' },
    {
      name: 'stop',
      type: 'int',
      default: 0,
      help: 'Before this position; negative counts from the end, and 0 stands for the end itself.',
    },
    { name: 'step', type: 'int', default: 1, minimum: 1, help: 'Every step-th position.' },
  ],
  infer: ({ inputs: { input }, params }) => {
    if (!input) return UNKNOWN;
    const dim = numberParam(params, 'dim');
    const axis = resolveAxis(dim, input.dims.length);
    if (axis === undefined) return noSuchAxis('dim', dim, input.dims);
    const { size, name } = input.dims[axis]!;
    const [start, stop] = bounds(params, size);
    const kept = Math.max(0, Math.ceil((stop - start) / numberParam(params, 'step')));
    // A part is not what the whole was called, unless it is all of it.
    return single({ ...input, dims: input.dims.with(axis, kept === size && name ? { size, name } : { size: kept }) });
  },
  batch: BATCH.alongAxis,
  torch: {
    forward: ({ input, param, value }) => {
      const unless = (name: string, standard: number) => (value(name) === standard ? undefined : param(name));
      const [start, stop, step] = [unless('start', 0), unless('stop', 0), unless('step', 1)];
      const part: Python = { kind: 'slice', ...(start && { start }), ...(stop && { stop }), ...(step && { step }) };
      return one('output', takeAlong(input('input')!, Number(value('dim')), part));
    },
  },
  lower: ({ builder, params, inputs }) => {
    const input = inputs['input']!;
    const { shape } = builder.typeOf(input);
    const axis = resolveAxis(numberParam(params, 'dim'), shape.length)!;
    const [start, stop] = bounds(params, shape[axis]!);
    return { output: sliceAxis(builder, input, axis, { start, stop, step: numberParam(params, 'step') }) };
  },
};

/** The positions from `start` to before `stop` along one axis, every other axis whole. */
export function sliceAxis(
  builder: Builder,
  value: ValueId,
  axis: number,
  { start, stop, step = 1 }: { readonly start: number; readonly stop: number; readonly step?: number },
): ValueId {
  const { shape } = builder.typeOf(value);
  return builder.emit('slice', [value], {
    starts: shape.map((_, at) => (at === axis ? start : 0)),
    stops: shape.map((size, at) => (at === axis ? stop : size)),
    steps: shape.map((_, at) => (at === axis ? step : 1)),
  });
}

/** Python's bounds, both within [0, size]. */
function bounds(params: Params, size: number): readonly [number, number] {
  const [start, stop] = [numberParam(params, 'start'), numberParam(params, 'stop')];
  const within = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + size : bound, 0), size);
  const first = within(start);
  return [first, Math.max(first, stop === 0 ? size : within(stop))];
}

/** `x[:, part]` for an axis counted from the front, `x[..., part, :]` for one counted from the back. */
export function takeAlong(of: Python, dim: number, part: Python): Python {
  const whole = Array.from({ length: dim < 0 ? -1 - dim : dim }, (): Python => ({ kind: 'slice' }));
  return dim < 0 ? index(of, name('...'), part, ...whole) : index(of, ...whole, part);
}
