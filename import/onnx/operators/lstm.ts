/** LSTM: the layer as nn.LSTM has it, its weights in PyTorch's order. */
import { ImportError } from '../../import-error.ts';
import { called, intOf, stringOf } from '../attributes.ts';
import { constant, filled, uniform, type Constant } from '../constant.ts';
import type { Value } from '../draft.ts';
import { reshaped } from '../fold.ts';
import type { OnnxNode } from '../read-model.ts';
import { constantOf, permute, reshape, sizesOf, type OperatorContext } from './operator.ts';

/** ONNX has the gates in the order i o f c, PyTorch i f g o with g for c. */
const GATES = [0, 2, 3, 1];

/** One layer from left to right that starts with zeros, as most do; its output has an axis for directions. */
export function lstm({
  node,
  draft,
  inputs: [x, w, r, b, lengths, h, c, peepholes],
}: OperatorContext): readonly (Value | undefined)[] | undefined {
  const [input, hidden] = [constantOf(w), constantOf(r)];
  const bias = constantOf(b);
  const zero = (value: Value | undefined) => !value || (constantOf(value) && uniform(constantOf(value)!) === 0);
  if (!input || !hidden || (b && !bias) || !zero(h) || !zero(c) || peepholes || input.dims[0] !== 1) return undefined;
  if (
    stringOf(node, 'direction', 'forward') !== 'forward' ||
    node.attributes.has('clip') ||
    node.attributes.has('activations')
  )
    return undefined;
  const batchFirst = intOf(node, 'layout', 0) !== 0;
  const sequence = batchFirst ? x! : permute(draft, x!, [1, 0, 2]);
  const [batch, length, input_size] = sizesOf(sequence) as [number, number, number];
  if (lengths && (!constantOf(lengths) || uniform(constantOf(lengths)!) !== length)) return undefined;
  const hidden_size = hidden.dims.at(-1)!;
  checkWeights(
    node,
    [input, hidden, bias],
    [
      [1, 4 * hidden_size, input_size],
      [1, 4 * hidden_size, hidden_size],
      [1, 8 * hidden_size],
    ],
  );
  const part = (index: number) => (bias ? halfOf(bias, index, hidden_size) : filled(0, 'float', [4 * hidden_size]));
  const weights = {
    weight_ih_l0: gates(reshaped(input, input.dims.slice(1))),
    weight_hh_l0: gates(reshaped(hidden, hidden.dims.slice(1))),
    bias_ih_l0: gates(part(0)),
    bias_hh_l0: gates(part(1)),
  };
  const layer = draft.node('lstm', { input_size, hidden_size }, { input: sequence }, { weights });
  const port = (name: string): Value => ({ kind: 'wire', ref: { node: layer, port: name } });
  const asked = (index: number, make: () => Value) => (node.outputs[index] ? make() : undefined);
  if (batchFirst) {
    return [
      asked(0, () => reshape(draft, port('output'), [batch, length, 1, hidden_size])),
      asked(1, () => permute(draft, port('h_n'), [1, 0, 2])),
      asked(2, () => permute(draft, port('c_n'), [1, 0, 2])),
    ];
  }
  return [
    asked(0, () => reshape(draft, permute(draft, port('output'), [1, 0, 2]), [length, 1, batch, hidden_size])),
    asked(1, () => port('h_n')),
    asked(2, () => port('c_n')),
  ];
}

function checkWeights(
  node: OnnxNode,
  weights: readonly (Constant | undefined)[],
  shapes: readonly (readonly number[])[],
): void {
  for (const [index, weight] of weights.entries())
    if (weight && weight.dims.join() !== shapes[index]!.join())
      throw new ImportError(
        `${called(node)}: a weight is [${weight.dims.join(', ')}], not [${shapes[index]!.join(', ')}]`,
      );
}

/** The biases of the input, and behind them those of what was said before: [1, 8·hidden]. */
function halfOf(bias: Constant, index: number, hidden: number): Constant {
  const numbers = () => bias.numbers().slice(index * 4 * hidden, (index + 1) * 4 * hidden);
  return constant({ dims: [4 * hidden], kind: 'float', name: bias.name, of: [bias] }, numbers);
}

function gates(value: Constant): Constant {
  const row = value.count / 4;
  return constant({ dims: value.dims, kind: 'float', name: value.name, of: [value] }, () => {
    const numbers = value.numbers();
    const result = new Float64Array(numbers.length);
    for (const [to, from] of GATES.entries()) result.set(numbers.subarray(from * row, (from + 1) * row), to * row);
    return result;
  });
}
