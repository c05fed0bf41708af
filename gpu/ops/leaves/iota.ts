/** Positions along an axis: `torch.arange`, in any number of dimensions. */
import type { OnnxValue, OnnxWriter } from '../onnx.ts';
import { elementCount, type TensorType } from '../../ir/types.ts';
import { numberOf } from '../attributes.ts';
import { checkAxis, checkDType, NUMBERS } from '../checks.ts';
import { leafType, TYPE_ATTRIBUTES } from '../leaves.ts';
import type { OpRecord } from '../record.ts';

export const IOTA: OpRecord = {
  name: 'iota',
  summary: 'The position along the axis',
  attributes: { axis: 'integer', ...TYPE_ATTRIBUTES },
  wgsl: { kind: 'leaf', leaf: 'iota' },
  onnx: (writer, _operands, attributes) => [positions(writer, leafType([], attributes), numberOf(attributes, 'axis'))],
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

/** Written out along the axis alone; the other axes repeat it. */
function positions(writer: OnnxWriter, { dtype, shape }: TensorType, axis: number): OnnxValue {
  const size = shape[axis]!;
  const line = shape.slice(axis).map((_, index) => (index === 0 ? size : 1));
  return writer.broadcast(writer.literal([...Array.from({ length: size }).keys()], { dtype, shape: line }), shape);
}
