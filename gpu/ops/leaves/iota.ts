/** Positions along an axis: `torch.arange`, in any number of dimensions. */
import { elementCount } from '../../ir/types.ts';
import { numberOf } from '../attributes.ts';
import { checkAxis, checkDType, NUMBERS } from '../checks.ts';
import { leafType, TYPE_ATTRIBUTES } from '../leaves.ts';
import type { OpRecord } from '../record.ts';

export const IOTA: OpRecord = {
  name: 'iota',
  summary: 'The position along the axis',
  attributes: { axis: 'integer', ...TYPE_ATTRIBUTES },
  wgsl: { kind: 'leaf', leaf: 'iota' },
  infer(inputs, attributes) {
    const type = leafType(inputs, attributes);
    checkDType(type, 'the result', NUMBERS);
    checkAxis(numberOf(attributes, 'axis'), type);
    return [type];
  },
  evaluate(_inputs, attributes) {
    const type = leafType([], attributes);
    const axis = numberOf(attributes, 'axis');
    const size = type.shape[axis]!;
    const stride = elementCount(type.shape.slice(axis + 1));
    const data = new Float64Array(elementCount(type.shape));
    for (let i = 0; i < data.length; i++) data[i] = Math.floor(i / stride) % size;
    return [{ ...type, data }];
  },
  flops: () => 0,
};
