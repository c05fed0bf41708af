/** Numbers written out in the graph. */
import { IrError } from '../../ir/errors.ts';
import { elementCount } from '../../ir/types.ts';
import { numbersOf } from '../attributes.ts';
import { checkFits } from '../checks.ts';
import { leafType, TYPE_ATTRIBUTES } from '../leaves.ts';
import type { OpRecord } from '../record.ts';

export const LITERAL: OpRecord = {
  name: 'literal',
  summary: 'A tensor whose numbers are `values`, row-major',
  attributes: { values: 'numbers', ...TYPE_ATTRIBUTES },
  wgsl: { kind: 'leaf', leaf: 'literal' },
  onnx: (writer, _operands, attributes) => [writer.literal(numbersOf(attributes, 'values'), leafType([], attributes))],
  infer(inputs, attributes) {
    const type = leafType(inputs, attributes);
    const values = numbersOf(attributes, 'values');
    const count = elementCount(type.shape);
    if (values.length !== count) throw new IrError(`has ${values.length} values for ${count} elements`);
    for (const value of values) checkFits(value, type.dtype);
    return [type];
  },
  evaluate: (_inputs, attributes) => [
    { ...leafType([], attributes), data: Float64Array.from(numbersOf(attributes, 'values')) },
  ],
  flops: () => 0,
};
