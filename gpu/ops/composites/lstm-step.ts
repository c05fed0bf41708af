/** One step of an LSTM: what `lstm` is made of where there are kernels. */
import { elementCount, type Attributes, type TensorType, type ValueId } from '../../ir/types.ts';
import { checkCount, checkDType, checkMatches, checkRank, FLOATS } from '../checks.ts';
import { addProduct, rowMajor, transposed } from '../matmul-float64.ts';
import type { Emitter, HostTensor, OpRecord } from '../record.ts';
import { finish } from '../steps.ts';

export const LSTM_STEP: OpRecord = {
  name: 'lstm_step',
  summary:
    'The next state and memory, both [b, h], from state[b, h], w_hh[4h, h], what the input adds to the gates [b, 4h], and memory[b, h]',
  attributes: {},
  wgsl: { kind: 'kernel', family: 'lstm_step' },
  onnx: 'decomposed',
  infer(inputs) {
    checkCount(inputs, ['state', 'w_hh', 'gates', 'memory']);
    const [state, weight, gates, memory] = inputs as [TensorType, TensorType, TensorType, TensorType];
    checkDType(state, 'state', FLOATS);
    checkRank(state, 'state', 2);
    const { dtype } = state;
    const [batch, hidden] = state.shape as [number, number];
    checkMatches(weight, 'w_hh', { dtype, shape: [4 * hidden, hidden] });
    checkMatches(gates, 'gates', { dtype, shape: [batch, 4 * hidden] });
    checkMatches(memory, 'memory', { dtype, shape: [batch, hidden] });
    return [state, state];
  },
  evaluate: (inputs) => finish(step(inputs)),
  evaluateInSteps: step,
  decompose,
  flops: ([state, weight]) => 2 * state!.shape[0]! * elementCount(weight!.shape) + 40 * elementCount(state!.shape),
};

function* step([state, weight, gates, memory]: readonly HostTensor[]): Generator<void, HostTensor[]> {
  const { dtype, shape } = state!;
  const [batch, hidden] = shape as [number, number];
  const sums = Float64Array.from(gates!.data);
  const right = transposed(rowMajor(weight!.data, hidden));
  yield* addProduct(rowMajor(state!.data, hidden), right, [batch, 4 * hidden, hidden], sums);
  const next = { state: new Float64Array(batch * hidden), memory: Float64Array.from(memory!.data) };
  updateCell(sums, hidden, next.state, next.memory);
  return [
    { dtype, shape, data: next.state },
    { dtype, shape, data: next.memory },
  ];
}

/**
 * Writes the next state and memory [b, h] over the former ones.
 * @param gates [b, 4h], before their nonlinearities: input, forget, cell, output.
 */
export function updateCell(gates: Float64Array, hidden: number, state: Float64Array, memory: Float64Array): void {
  for (let i = 0; i < memory.length; i++) {
    const unit = i % hidden;
    const at = (i - unit) * 4 + unit;
    const kept = sigmoid(gates[at + hidden]!) * memory[i]!;
    memory[i] = kept + sigmoid(gates[at]!) * Math.tanh(gates[at + 2 * hidden]!);
    state[i] = sigmoid(gates[at + 3 * hidden]!) * Math.tanh(memory[i]!);
  }
}

function sigmoid(x: number): number {
  const t = Math.exp(-Math.abs(x));
  return (x < 0 ? t : 1) / (1 + t);
}

function decompose(emitter: Emitter, inputs: readonly ValueId[], _attributes: Attributes): ValueId[] {
  const [state, weight, gates, memory] = inputs as [ValueId, ValueId, ValueId, ValueId];
  const [batch, hidden] = emitter.typeOf(state).shape as [number, number];
  const sums = emitter.emit('add', [emitter.emit('linear', [state, weight]), gates]);
  const gate = (index: number): ValueId => {
    const bounds = { starts: [0, index * hidden], stops: [batch, (index + 1) * hidden], steps: [1, 1] };
    return emitter.emit('slice', [sums], bounds);
  };
  const kept = emitter.emit('mul', [emitter.emit('sigmoid', [gate(1)]), memory]);
  const added = emitter.emit('mul', [emitter.emit('sigmoid', [gate(0)]), emitter.emit('tanh', [gate(2)])]);
  const next = emitter.emit('add', [kept, added]);
  return [emitter.emit('mul', [emitter.emit('sigmoid', [gate(3)]), emitter.emit('tanh', [next])]), next];
}
