/** From the op that anchors a cluster to its kernel's core: the variables, what is computed along them, and where. */
import { addConstant, flatten, unflatten, variable } from '../../ir/index-arithmetic.ts';
import type { IndexExpression } from '../../ir/index-expression.ts';
import type { KernelCore } from '../../ir/kernel.ts';
import type { Operation, ValueId } from '../../ir/types.ts';
import { recordOf } from '../../ops/infer.ts';
import { FusionError } from './errors.ts';
import type { Attention } from './attention.ts';
import { attentionMatrices, matrixProduct, panelProduct } from './matrix.ts';
import { ProgramBuilder, type IsStored } from './programs.ts';
import { rowsAlong } from './rows.ts';
import type { GraphView } from './view.ts';

export interface CoreStart {
  readonly core: KernelCore;
  /** Row-major position, in the core's result, of the point that the epilogue computes. */
  readonly position: IndexExpression;
  /** Writes what follows the core at once (the gates of a recurrent step); gives the scalars that are the op's results. */
  finish(builder: ProgramBuilder): number[];
}

/** The core of a cluster without one: a point per element. */
export function mapCore(count: number): { core: KernelCore; position: IndexExpression } {
  return { core: { kind: 'map', count }, position: variable('point', count) };
}

/** @throws {FusionError} for an op that no core computes. */
export function startCore(operation: Operation, view: GraphView, isStored: IsStored): CoreStart {
  const { wgsl } = recordOf(operation.op);
  if (wgsl.kind !== 'kernel') throw new FusionError(`${operation.op} anchors no kernel`);
  switch (wgsl.family) {
    case 'top_k':
      return topKCore(operation, view, isStored);
    case 'matmul':
      return matmulCore(operation, view, isStored);
    case 'lstm_step':
      return lstmStepCore(operation, view, isStored);
    case 'reduce':
    case 'softmax':
    case 'layer_norm':
      throw new FusionError(`${operation.op} is a walk along rows, which fuse/rows.ts writes`);
    case 'attention':
    case 'patch_conv':
      throw new FusionError(`${operation.op} was not decomposed`);
    default:
      return wgsl.family satisfies never;
  }
}

function topKCore(operation: Operation, view: GraphView, isStored: IsStored): CoreStart {
  const input = operation.inputs[0]!;
  const { shape, dtype } = view.type(input);
  const { rows, steps, coordinates } = rowsAlong(shape, [shape.length - 1]);
  const ranks = operation.attributes['k'] as number;
  return {
    core: { kind: 'top_k', rows, steps, ranks, element: elementProgram(input, coordinates, view, isStored) },
    position: flatten([variable('row', rows), variable('rank', ranks)], [rows, ranks]),
    finish: (builder) => [
      builder.push({ kind: 'core', product: 0, dtype }),
      builder.push({ kind: 'core', product: 1, dtype: 'i32' }),
    ],
  };
}

function matmulCore(operation: Operation, view: GraphView, isStored: IsStored): CoreStart {
  const product = matrixProduct(operation, view, isStored);
  const { batch, rows, columns } = product;
  const point = [variable('batch', batch), variable('row', rows), variable('column', columns)];
  return {
    core: { kind: 'matmul', ...product },
    position: flatten(point, [batch, rows, columns]),
    finish: (builder) => [builder.push({ kind: 'core', product: 0, dtype: view.type(operation.results[0]!).dtype })],
  };
}

/** Scores are computed where softmax needs them, and stored nowhere. */
export function attentionCore(attention: Attention, view: GraphView, isStored: IsStored): CoreStart {
  const { scores, between, softmax, product } = attention;
  const matrices = attentionMatrices(attention, view, isStored);
  const { batch, rows, steps, columns } = matrices;
  const inside = new Set(between.flatMap(({ results }) => results));
  const { dtype, shape } = view.type(softmax.results[0]!);
  const builder = new ProgramBuilder(view, (value) => isStored(value) && !inside.has(value));
  builder.own(scores.results[0]!, builder.push({ kind: 'core', product: 0, dtype }));
  const [batchVariable, row] = [variable('batch', batch), variable('row', rows)];
  const inBatch = unflatten(batchVariable, shape.slice(0, -2));
  const score = builder.element(softmax.inputs[0]!, [...inBatch, row, variable('step', steps)]);
  return {
    core: { kind: 'attention', ...matrices, element: builder.scalars.slice(0, score + 1) },
    position: flatten([batchVariable, row, variable('column', columns)], [batch, rows, columns]),
    finish: (epilogue) => [epilogue.push({ kind: 'core', product: 0, dtype: view.type(product.results[0]!).dtype })],
  };
}

/** Gates in PyTorch's order: input, forget, cell, output. */
function lstmStepCore(operation: Operation, view: GraphView, isStored: IsStored): CoreStart {
  const [, , gates, memory] = operation.inputs as [ValueId, ValueId, ValueId, ValueId];
  const product = panelProduct(operation, 4, view, isStored);
  const { rows, columns } = product;
  const { dtype } = view.type(gates);
  const [row, column] = [variable('row', rows), variable('column', columns)];
  return {
    core: { kind: 'panels', ...product },
    position: flatten([row, column], [rows, columns]),
    finish(builder) {
      const apply = (op: string, ...operands: number[]): number => builder.applyOp(op, operands, dtype);
      const gate = (index: number): number => {
        const fromInput = builder.element(gates, [row, addConstant(column, index * columns)]);
        return apply('add', builder.push({ kind: 'core', product: index, dtype }), fromInput);
      };
      const kept = apply('mul', apply('sigmoid', gate(1)), builder.element(memory, [row, column]));
      const next = apply('add', kept, apply('mul', apply('sigmoid', gate(0)), apply('tanh', gate(2))));
      return [apply('mul', apply('sigmoid', gate(3)), apply('tanh', next)), next];
    },
  };
}

function elementProgram(
  value: ValueId,
  coordinates: readonly IndexExpression[],
  view: GraphView,
  isStored: IsStored,
): ProgramBuilder['scalars'] {
  const builder = new ProgramBuilder(view, isStored);
  const result = builder.element(value, coordinates);
  // The element is the last scalar; where it was shared with an earlier one, nothing after it is needed.
  return builder.scalars.slice(0, result + 1);
}
