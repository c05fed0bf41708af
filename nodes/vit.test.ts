import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { bytesSource, readSafetensorAs, readSafetensorsHeader } from '../graph/formats/safetensors.ts';
import type { PatchbayDocument } from '../graph/schema.ts';
import { analyse } from '../graph/analyse.ts';
import golden from './goldens/vits.json' with { type: 'json' };
import { NODES } from './registry.ts';
import { compute, vitTemplate, type Tensor } from './testing/graphs.ts';
import { drawWeights, planWeights } from './weights.ts';

async function vit(seed: number): Promise<PatchbayDocument> {
  return { ...(await vitTemplate()), seed };
}

async function readGolden(name: string): Promise<ReadonlyMap<string, Tensor>> {
  const source = bytesSource(await readFile(new URL(`goldens/${name}.safetensors`, import.meta.url)));
  const { entries } = await readSafetensorsHeader(source);
  const tensors = new Map<string, Tensor>();
  for (const [key, entry] of entries) {
    tensors.set(key, { shape: entry.shape, data: await readSafetensorAs(source, entry, 'f32') });
  }
  return tensors;
}

/** Relative L2 distance. */
function distance(a: Float64Array, b: Tensor['data']): number {
  let [difference, norm] = [0, 0];
  for (const [index, value] of a.entries()) {
    difference += (value - b[index]!) ** 2;
    norm += b[index]! ** 2;
  }
  return Math.sqrt(difference / norm);
}

function hashOf(values: Float32Array): string {
  return createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex');
}

test.for(golden.cases)(
  '$name: the seed draws the weights of PyTorch, bit for bit',
  async ({ seed, sizes, weights }) => {
    const { tree } = analyse(await vit(seed), NODES, { values: sizes, preset: null });
    const drawn = drawWeights(planWeights(tree, seed).recipes.values());
    expect(Object.fromEntries([...drawn].map(([path, values]) => [path, hashOf(values)]))).toEqual(weights);
  },
);

test.for(golden.cases)('$name: every output is what PyTorch computes', async ({ name, seed, sizes }) => {
  const tensors = await readGolden(name);
  const inputs = { pixel_values: tensors.get('input/pixel_values')! };
  // The batch comes with the picture.
  const { batch: _, ...values } = sizes;
  const { outputs } = await compute(await vit(seed), inputs, { values });
  expect([...outputs.keys()].map((output) => `output/${output}`).toSorted()).toEqual(
    [...tensors.keys()].filter((key) => key.startsWith('output/')).toSorted(),
  );
  for (const [output, { shape, data }] of outputs) {
    const wanted = tensors.get(`output/${output}`)!;
    expect(shape).toEqual(wanted.shape);
    expect(distance(data, wanted.data), output).toBeLessThan(2e-7);
  }
});
