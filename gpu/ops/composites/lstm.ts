/**
 * A layer of long short-term memory (Hochreiter, Schmidhuber 1997; the forget gate: Gers, Schmidhuber, Cummins 1999), as
 * `nn.LSTM(batch_first=True)`: gates in the order input, forget, cell, output; state and memory begin at 0.
 */
import { onnxReshape, type OnnxValue, type OnnxWriter } from '../onnx.ts';
import { IrError } from '../../ir/errors.ts';
import { elementCount, type Attributes, type TensorType, type ValueId } from '../../ir/types.ts';
import { checkCount, checkDType, checkMatches, checkRank, FLOATS } from '../checks.ts';
import { addProduct, rowMajor, transposed } from '../matmul-float64.ts';
import type { Emitter, HostTensor, OpRecord } from '../record.ts';
import { finish } from '../steps.ts';
import { updateCell } from './lstm-step.ts';

export const LSTM: OpRecord = {
  name: 'lstm',
  summary:
    'x[b, t, in] through an LSTM of w_ih[4h, in], w_hh[4h, h], b_ih[4h], b_hh[4h]: every state [b, t, h], the last state [b, h], the last memory [b, h]; both biases may be missing',
  attributes: {},
  wgsl: { kind: 'decomposed' },
  onnx: (writer, operands) => layerInOnnx(writer, operands),
  infer(inputs) {
    checkCount(inputs, ['x', 'w_ih', 'w_hh', 'b_ih', 'b_hh'], 2);
    const [x, inputWeight, stateWeight, ...biases] = inputs as [TensorType, TensorType, TensorType, ...TensorType[]];
    if (biases.length === 1) throw new IrError('b_ih is given without b_hh');
    checkDType(x, 'x', FLOATS);
    checkRank(x, 'x', 3);
    checkRank(stateWeight, 'w_hh', 2);
    const { dtype } = x;
    const [batch, steps, width] = x.shape as [number, number, number];
    const hidden = stateWeight.shape[1]!;
    if (steps === 0) throw new IrError('x has no steps');
    checkMatches(inputWeight, 'w_ih', { dtype, shape: [4 * hidden, width] });
    checkMatches(stateWeight, 'w_hh', { dtype, shape: [4 * hidden, hidden] });
    for (const [index, bias] of biases.entries()) {
      checkMatches(bias, index === 0 ? 'b_ih' : 'b_hh', { dtype, shape: [4 * hidden] });
    }
    const last: TensorType = { dtype, shape: [batch, hidden] };
    return [{ dtype, shape: [batch, steps, hidden] }, last, last];
  },
  evaluate: (inputs) => finish(run(inputs)),
  evaluateInSteps: run,
  decompose,
  flops([x, inputWeight, stateWeight]) {
    const rows = elementCount(x!.shape.slice(0, 2));
    return (
      rows * (2 * elementCount(inputWeight!.shape) + 2 * elementCount(stateWeight!.shape) + 40 * stateWeight!.shape[1]!)
    );
  },
};

function* run([x, inputWeight, stateWeight, ...biases]: readonly HostTensor[]): Generator<void, HostTensor[]> {
  const { dtype } = x!;
  const [batch, steps, width] = x!.shape as [number, number, number];
  const hidden = stateWeight!.shape[1]!;
  const fromInputs = new Float64Array(batch * steps * 4 * hidden);
  for (const { data } of biases) for (let i = 0; i < fromInputs.length; i++) fromInputs[i]! += data[i % data.length]!;
  const inputMatrix = transposed(rowMajor(inputWeight!.data, width));
  yield* addProduct(rowMajor(x!.data, width), inputMatrix, [batch * steps, 4 * hidden, width], fromInputs);
  const stateMatrix = transposed(rowMajor(stateWeight!.data, hidden));
  const output = new Float64Array(batch * steps * hidden);
  const state = new Float64Array(batch * hidden);
  const memory = new Float64Array(batch * hidden);
  const gates = new Float64Array(batch * 4 * hidden);
  for (let step = 0; step < steps; step++) {
    for (let b = 0; b < batch; b++) {
      const from = (b * steps + step) * 4 * hidden;
      gates.set(fromInputs.subarray(from, from + 4 * hidden), b * 4 * hidden);
    }
    if (step > 0) yield* addProduct(rowMajor(state, hidden), stateMatrix, [batch, 4 * hidden, hidden], gates);
    updateCell(gates, hidden, state, memory);
    for (let b = 0; b < batch; b++) {
      output.set(state.subarray(b * hidden, (b + 1) * hidden), (b * steps + step) * hidden);
    }
  }
  const last = { dtype, shape: [batch, hidden] };
  return [
    { dtype, shape: [batch, steps, hidden], data: output },
    { ...last, data: state },
    { ...last, data: memory },
  ];
}

/** One matmul for the inputs of all steps, then a kernel a step; the first, which has no state to multiply, is elementwise. */
function decompose(emitter: Emitter, inputs: readonly ValueId[], _attributes: Attributes): ValueId[] {
  const [x, inputWeight, stateWeight, ...biases] = inputs as [ValueId, ValueId, ValueId, ...ValueId[]];
  const [batch, steps] = emitter.typeOf(x).shape as [number, number, number];
  const hidden = emitter.typeOf(stateWeight).shape[1]!;
  const bias = biases.length === 0 ? [] : [emitter.emit('add', biases)];
  const fromInputs = emitter.emit('linear', [x, inputWeight, ...bias]);
  const gatesAt = (step: number): ValueId => {
    const bounds = { starts: [0, step, 0], stops: [batch, step + 1, 4 * hidden], steps: [1, 1, 1] };
    return emitter.emit('reshape', [emitter.emit('slice', [fromInputs], bounds)], { shape: [batch, 4 * hidden] });
  };
  let [state, memory] = firstStep(emitter, gatesAt(0), batch, hidden);
  const states = [state];
  for (let step = 1; step < steps; step++) {
    [state, memory] = emitter.emitAll('lstm_step', [state, stateWeight, gatesAt(step), memory]) as [ValueId, ValueId];
    states.push(state);
  }
  const each = states.map((value) => emitter.emit('reshape', [value], { shape: [batch, 1, hidden] }));
  return [emitter.emit('concat', each, { axis: 1 }), state, memory];
}

/** With state and memory at 0 the forget gate has nothing to forget. */
function firstStep(emitter: Emitter, gates: ValueId, batch: number, hidden: number): [ValueId, ValueId] {
  const gate = (index: number): ValueId => {
    const bounds = { starts: [0, index * hidden], stops: [batch, (index + 1) * hidden], steps: [1, 1] };
    return emitter.emit('slice', [gates], bounds);
  };
  const [input, output] = [emitter.emit('sigmoid', [gate(0)]), emitter.emit('sigmoid', [gate(3)])];
  const memory = emitter.emit('mul', [input, emitter.emit('tanh', [gate(2)])]);
  return [emitter.emit('mul', [output, emitter.emit('tanh', [memory])]), memory];
}

/** ONNX has the gates in the order input, output, forget, cell, steps before the batch, and both biases in one vector. */
function layerInOnnx(writer: OnnxWriter, operands: readonly OnnxValue[]): OnnxValue[] {
  const [x, inputWeight, stateWeight, ...biases] = operands as [OnnxValue, OnnxValue, OnnxValue, ...OnnxValue[]];
  const { dtype } = x;
  const [batch, steps, width] = x.shape as [number, number, number];
  const hidden = stateWeight.shape[1]!;
  const reordered = (weight: OnnxValue): OnnxValue[] => {
    const gate = (index: number): OnnxValue => {
      const bounds = [[index * hidden], [(index + 1) * hidden], [0]].map((values) => writer.integers(values));
      return writer.node('Slice', [weight, ...bounds], { dtype, shape: weight.shape.with(0, hidden) });
    };
    return [gate(0), gate(3), gate(1), gate(2)];
  };
  const oneDirection = (parts: readonly OnnxValue[]): OnnxValue => {
    const size = parts.reduce((sum, { shape }) => sum + shape[0]!, 0);
    const shape = parts[0]!.shape.with(0, size);
    return onnxReshape(writer, writer.node('Concat', parts, { dtype, shape }, { axis: 0 }), [1, ...shape]);
  };
  const stepsFirst = writer.node('Transpose', [x], { dtype, shape: [steps, batch, width] }, { perm: [1, 0, 2] });
  const weights = [inputWeight, stateWeight].map((weight) => oneDirection(reordered(weight)));
  const bias = biases.length === 0 ? [] : [oneDirection(biases.flatMap(reordered))];
  const last = { dtype, shape: [1, batch, hidden] };
  const every = { dtype, shape: [steps, 1, batch, hidden] };
  const given = { hidden_size: hidden };
  const [states, state, memory] = writer.nodes('LSTM', [stepsFirst, ...weights, ...bias], [every, last, last], given);
  // [t, 1, b, h] → [b, t, 1, h] → [b, t, h]
  const batchFirst = { dtype, shape: [batch, steps, 1, hidden] };
  return [
    onnxReshape(writer, writer.node('Transpose', [states], batchFirst, { perm: [2, 0, 1, 3] }), [batch, steps, hidden]),
    onnxReshape(writer, state!, [batch, hidden]),
    onnxReshape(writer, memory!, [batch, hidden]),
  ];
}
