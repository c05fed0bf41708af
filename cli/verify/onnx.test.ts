/** Templates, and random graphs over the node library: every value that their ONNX export names, in ONNX Runtime, against the float64 reference. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ONNX } from '../../export/onnx/target.ts';
import { arbitraryGraph } from '../../export/testing/arbitrary-graphs.ts';
import { exportSourceOf } from '../../export/testing/source.ts';
import type { Tensors } from '../../nodes/testing/graphs.ts';
import { FULL, runs } from '../../scripts/effort.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import type { ComputedTensor } from '../../export/values.ts';
import { openReferenceDevice } from '../devices/reference.ts';
import type { ExportSource } from '../../export/target.ts';
import { compareAll, LIMIT, type Comparison } from '../../export/verify/compare.ts';
import { computeNamed } from '../../export/verify/compute-named.ts';
import { randomInputs } from '../../export/verify/random-inputs.ts';
import { ONNX_ENGINE } from './onnx.ts';

test('an export computes what the graph does, value by value', { timeout: 600_000 }, async () => {
  const graphs = arbitraryGraph(fc.constantFrom('a', 'layer', 'project', 'value', 'x_1'));
  await fc.assert(
    fc.asyncProperty(graphs, async ({ document, inputs }) => {
      const source = exportSourceOf(document, { inputs });
      fc.pre(ONNX.problems(source).length === 0);
      expect(await differing(source, boundTo(inputs))).toEqual([]);
    }),
    { numRuns: runs(20), seed: 5 },
  );
});

describe('every template', () => {
  test.each(TEMPLATES.filter(({ name }) => name !== 'blank'))('$name', { timeout: 600_000 }, async ({ load }) => {
    const document = await load();
    const presets = document.presets.map(({ values }) => values);
    // The first is the smallest; the attention layer alone has none.
    for (const values of [presets[0] ?? {}, ...(FULL ? presets.slice(1) : [])]) {
      const source = exportSourceOf(document, { values });
      expect(await differing(source, await randomInputs(source, new Set(), 0))).toEqual([]);
    }
  });
});

/** The values of the export that are not the graph's own. */
async function differing(
  source: ExportSource,
  bound: ReadonlyMap<string, ComputedTensor>,
): Promise<readonly Comparison[]> {
  const exported = await ONNX_ENGINE.open(source);
  const device = openReferenceDevice();
  try {
    const wanted = await computeNamed(source, exported.names, device, bound, 0);
    const far = compareAll(wanted, await exported.run(bound)).filter(({ distance }) => !(distance <= LIMIT));
    // Cancellation leaves nothing but the roundings of what was large: such values have no digits to agree in.
    return far.filter(({ name }) => largest(wanted.find((value) => value.name === name)!) > NOISE);
  } finally {
    device.dispose();
    await exported.dispose();
  }
}

const NOISE = 1e-5;

function largest({ data }: ComputedTensor): number {
  return Array.from(data).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}

function boundTo(inputs: Tensors): Map<string, ComputedTensor> {
  return new Map(
    Object.entries(inputs).map(([name, { shape, data, dtype = 'f32' }]) => {
      const words =
        dtype === 'f32' ? Float32Array.from(data) : dtype === 'i32' ? Int32Array.from(data) : Uint32Array.from(data);
      return [name, { name, type: { dtype, shape }, data: words }];
    }),
  );
}
