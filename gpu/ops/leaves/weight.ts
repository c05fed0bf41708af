/** A parameter of the model. */
import { stringOf } from '../attributes.ts';
import { fromOutside, leafType, TYPE_ATTRIBUTES } from '../leaves.ts';
import type { OpRecord } from '../record.ts';

export const WEIGHT: OpRecord = {
  name: 'weight',
  summary: 'A parameter, by its path in the state_dict; its key says which numbers it holds',
  attributes: { path: 'string', key: 'string', ...TYPE_ATTRIBUTES },
  wgsl: { kind: 'leaf', leaf: 'weight' },
  onnx: (writer, _operands, attributes) => [writer.weight(stringOf(attributes, 'path'), leafType([], attributes))],
  infer: (inputs, attributes) => [leafType(inputs, attributes)],
  evaluate: fromOutside,
  flops: () => 0,
};
