/** Choice by a mask: `torch.where`. */
import { onnxElementwise } from '../onnx.ts';
import { elementCount } from '../../ir/types.ts';
import { BOOLS, checkCount, checkDType, checkSame, checkShape } from '../checks.ts';
import type { OpRecord } from '../record.ts';

export const SELECT: OpRecord = {
  name: 'select',
  summary: 'a where the condition is true, else b',
  attributes: {},
  // WGSL's select takes the value for false first.
  wgsl: { kind: 'expression', emit: ([condition, a, b]) => `select(${b}, ${a}, ${condition})` },
  onnx: onnxElementwise('Where'),
  infer(inputs) {
    checkCount(inputs, ['condition', 'a', 'b']);
    const [condition, a, b] = inputs;
    checkDType(condition!, 'condition', BOOLS);
    checkSame(a!, 'a', b!, 'b');
    checkShape(condition!, 'condition', a!.shape);
    return [a!];
  },
  evaluate([condition, a, b]) {
    const data = Float64Array.from(condition!.data, (chosen, i) => (chosen === 0 ? b : a)!.data[i]!);
    return [{ dtype: a!.dtype, shape: a!.shape, data }];
  },
  flops: ([condition]) => elementCount(condition!.shape),
};
