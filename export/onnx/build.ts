/**
 * From the IR to an ONNX model. Inputs, outputs and parameters have the names that they have in the editor; values in
 * between that are a node's port have the port's path, the others the path of their instance and their operator.
 */
import type { Graph, Operation, ValueId } from '../../gpu/ir/types.ts';
import type { OnnxValue } from '../../gpu/ops/onnx.ts';
import { recordOf } from '../../gpu/ops/infer.ts';
import { decompose } from '../../gpu/passes/decompose.ts';
import { PASSES, runPasses, type Pass } from '../../gpu/passes/pipeline.ts';
import { NAMES_AS_KEYS } from '../names-as-keys.ts';
import { Draft, type DraftNode } from './draft.ts';
import type { OnnxModel } from './model.ts';
import { named, type NamedValue } from './names.ts';

export interface BuildOptions {
  /** Whole numbers at the model's border: i64 as PyTorch has them, or i32 as the IR. */
  readonly integers: 'i32' | 'i64';
  /** Whether taps are outputs too; otherwise they give their values their names. */
  readonly tapsAreOutputs: boolean;
}

/** Takes apart what ONNX has no operator for. */
const DECOMPOSE: Pass = {
  name: 'decompose-for-onnx',
  run: (graph) => decompose(graph, ({ onnx }) => onnx !== 'decomposed'),
};

/** The model of a graph as lowered. */
export function buildModel(lowered: Graph, { integers, tapsAreOutputs }: BuildOptions): OnnxModel {
  const graph = runPasses(lowered, [NAMES_AS_KEYS, ...PASSES, DECOMPOSE, ...PASSES]);
  const draft = new Draft(integers);
  const values = new Map<ValueId, OnnxValue>();
  for (const operation of graph.operations) write(operation, values, draft);

  const asked = graph.outputs.filter(({ kind }) => kind === 'output' || tapsAreOutputs);
  const outputs = outputsOf(asked, values, draft);
  const nodes = withoutDeadNodes(
    draft.nodesInOrder,
    outputs.map(({ value }) => value),
  );
  return named({ draft, nodes, outputs, ports: portsOf(graph, values) });
}

function write(
  { op, inputs, attributes, results, origin }: Operation,
  values: Map<ValueId, OnnxValue>,
  draft: Draft,
): void {
  const { onnx } = recordOf(op);
  if (onnx === 'decomposed') throw new Error(`${op} has neither an operator of ONNX nor a decomposition`);
  draft.origin = origin;
  const written = onnx(
    draft,
    inputs.map((input) => values.get(input)!),
    attributes,
  );
  for (const [index, result] of results.entries()) values.set(result, written[index]!);
}

/** Each under a number of its own: a value that is two outputs, or that came from outside, is handed through. */
function outputsOf(asked: Graph['outputs'], values: ReadonlyMap<ValueId, OnnxValue>, draft: Draft): NamedValue[] {
  draft.origin = '';
  const taken = new Set<number>();
  return asked.map(({ name, value }) => {
    const leaving = draft.output(values.get(value)!);
    const own = draft.isResult(leaving) && !taken.has(leaving.id) ? leaving : draft.identity(leaving);
    taken.add(own.id);
    return { of: name, value: own };
  });
}

/** The ports that the graph names, an output of the model first where a value is several. */
function portsOf({ outputs }: Graph, values: ReadonlyMap<ValueId, OnnxValue>): NamedValue[] {
  const taps = outputs.filter(({ kind }) => kind === 'tap');
  return taps.map(({ name, value }) => ({ of: name, value: values.get(value)! }));
}

function withoutDeadNodes(nodes: readonly DraftNode[], outputs: readonly OnnxValue[]): DraftNode[] {
  const needed = new Set(outputs.map(({ id }) => id));
  const kept: DraftNode[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some(({ id }) => needed.has(id))) continue;
    for (const input of node.inputs) if (input) needed.add(input.id);
    kept.push(node);
  }
  return kept.reverse();
}
