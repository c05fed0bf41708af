/** Engines that are wrong on purpose: a verification names the node where it goes wrong, and not what follows from it. */
import { expect, test } from 'vitest';
import { sourceOfDocument } from '../../export/document-source.ts';
import type { ExportSource } from '../../export/target.ts';
import { valueNames } from '../../export/value-names.ts';
import type { ComputedTensor } from '../../export/values.ts';
import { LIMIT } from '../../export/verify/compare.ts';
import { computeNamed } from '../../export/verify/compute-named.ts';
import type { RunningExport } from '../../export/verify/engine.ts';
import {
  firstDifference,
  furthest,
  instanceOfValue,
  reportText,
  type VerifyRound,
} from '../../export/verify/report.ts';
import { verifyRound } from '../../export/verify/rounds.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { openReferenceDevice } from '../devices/reference.ts';

const document = await TEMPLATES.find(({ name }) => name === 'attention')!.load();
const right = sourceOfDocument(document, 'attention', { pictureOf: () => Promise.reject(new Error('no pictures')) });

type Change = (name: string, data: ExportSource['leaf']) => Promise<Awaited<ReturnType<ExportSource['leaf']>>>;

/** Computes the graph, but with another weight; `spoil` then changes what it tells. */
function engine(weight: Change, spoil: (values: Map<string, ComputedTensor>) => void = () => undefined): RunningExport {
  const source: ExportSource = {
    ...right,
    leaf: (kind, name) => (kind === 'weight' ? weight(name, right.leaf) : right.leaf(kind, name)),
  };
  const names = [...Object.keys(right.tree.root.outputs), ...valueNames(right.tree)];
  return {
    names,
    run: async (inputs) => {
      const tensors = await computeNamed(source, names, openReferenceDevice(), inputs, 0);
      const values = new Map(tensors.map((tensor) => [tensor.name, tensor]));
      spoil(values);
      return values;
    },
    dispose: () => Promise.resolve(),
  };
}

const asItIs: Change = (name, leaf) => leaf('weight', name);

/** One bias is off by as much. */
function withBias(wrong: string, by: number): Change {
  return async (name, leaf) => {
    const data = await leaf('weight', name);
    return name === wrong ? Float32Array.from(data, (x) => x + by) : data;
  };
}

async function rounds(exported: RunningExport, seeds = 2): Promise<readonly VerifyRound[]> {
  const all: VerifyRound[] = [];
  for (let seed = 0; seed < seeds; seed++)
    all.push(await verifyRound(right, exported, openReferenceDevice(), new Set(), seed));
  return all;
}

test('an engine that is right differs nowhere', async () => {
  const all = await rounds(engine(asItIs));
  expect(firstDifference(all)).toBeUndefined();
  expect(furthest(all.flatMap(({ values }) => values))!.distance).toBe(0);
});

test.each([
  ['attention.v_proj.bias', 'attention.v_proj.output', 'attention.v_proj'],
  // What the last layer gives is an output of the model, and known by that name.
  ['attention.out_proj.bias', 'attended', 'attention.out_proj'],
])('a wrong %s is found at %s', async (weight, value, path) => {
  const first = firstDifference(await rounds(engine(withBias(weight, 0.01))))!;
  expect(first.name).toBe(value);
  expect(first.distance).toBeGreaterThan(LIMIT);
  expect(first.distance).toBeLessThan(1);
  expect(instanceOfValue(right.tree, first.name)).toBe(path);
});

test('what is only rounded otherwise is no difference', async () => {
  expect(firstDifference(await rounds(engine(withBias('attention.v_proj.bias', 1e-7))))).toBeUndefined();
});

test('a value that is missing, of another shape, or no number, is infinitely far', async () => {
  const change = (edit: (tensor: ComputedTensor) => ComputedTensor | null) =>
    engine(asItIs, (values) => {
      const name = 'attention.scores.output';
      const changed = edit(values.get(name)!);
      if (changed) values.set(name, changed);
      else values.delete(name);
    });
  const edits: ((tensor: ComputedTensor) => ComputedTensor | null)[] = [
    () => null,
    (tensor) => ({ ...tensor, type: { ...tensor.type, shape: [1, ...tensor.type.shape] } }),
    (tensor) => ({ ...tensor, data: Float32Array.from(tensor.data, () => Number.NaN) }),
  ];
  for (const edit of edits) {
    const all = await rounds(change(edit), 1);
    expect(firstDifference(all)).toMatchObject({ name: 'attention.scores.output', distance: Infinity });
    const report = JSON.parse(
      reportText('attention', { against: 'x', engine: 'X', device: 'Y', rounds: all }),
    ) as object;
    expect(report).toMatchObject({ graph: 'attention', engine: 'X', first: 'attention.scores.output', limit: LIMIT });
    expect(JSON.stringify(report)).toContain('"distance":null');
  }
});
