/** One number everywhere. */
import { elementCount } from '../../ir/types.ts';
import { numberOf } from '../attributes.ts';
import { checkFits } from '../checks.ts';
import { leafType, TYPE_ATTRIBUTES } from '../leaves.ts';
import type { OpRecord } from '../record.ts';

export const CONSTANT: OpRecord = {
  name: 'constant',
  summary: 'A tensor that holds `value` everywhere',
  attributes: { value: 'number', ...TYPE_ATTRIBUTES },
  wgsl: { kind: 'leaf', leaf: 'constant' },
  onnx: (writer, _operands, attributes) => [writer.number(numberOf(attributes, 'value'), leafType([], attributes))],
  infer(inputs, attributes) {
    const type = leafType(inputs, attributes);
    checkFits(numberOf(attributes, 'value'), type.dtype);
    return [type];
  },
  evaluate(_inputs, attributes) {
    const type = leafType([], attributes);
    return [{ ...type, data: new Float64Array(elementCount(type.shape)).fill(numberOf(attributes, 'value')) }];
  },
  flops: () => 0,
};
