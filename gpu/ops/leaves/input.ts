/** A tensor that the outside brings for each run. */
import { stringOf } from '../attributes.ts';
import { fromOutside, leafType, TYPE_ATTRIBUTES } from '../leaves.ts';
import type { OpRecord } from '../record.ts';

export const INPUT: OpRecord = {
  name: 'input',
  summary: 'A tensor from outside, by name; its key says which numbers it holds',
  attributes: { name: 'string', key: 'string', ...TYPE_ATTRIBUTES },
  wgsl: { kind: 'leaf', leaf: 'input' },
  onnx: (writer, _operands, attributes) => [writer.input(stringOf(attributes, 'name'), leafType([], attributes))],
  infer: (inputs, attributes) => [leafType(inputs, attributes)],
  evaluate: fromOutside,
  flops: () => 0,
};
