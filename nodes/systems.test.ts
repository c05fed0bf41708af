import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { bytesSource, readSafetensorAs, readSafetensorsHeader } from '../graph/formats/safetensors.ts';
import type { PatchbayDocument } from '../graph/schema.ts';
import { analyse } from '../graph/analyse.ts';
import golden from './goldens/systems.json' with { type: 'json' };
import { NODES } from './registry.ts';
import { compute, templateDocument, type Tensor } from './testing/graphs.ts';
import { drawWeights, planWeights } from './weights.ts';

interface System {
  readonly name: string;
  readonly template: string;
  readonly seed: number;
  readonly sizes: Readonly<Record<string, number>>;
  /** SHA-256 of each weight's bytes. */
  readonly weights: Readonly<Record<string, string>>;
}

const SYSTEMS: readonly System[] = golden.cases;

async function documentOf({ template, seed }: System): Promise<PatchbayDocument> {
  return { ...(await templateDocument(template)), seed };
}

async function readGolden(name: string): Promise<ReadonlyMap<string, Tensor>> {
  const source = bytesSource(await readFile(new URL(`goldens/${name}.safetensors`, import.meta.url)));
  const { entries } = await readSafetensorsHeader(source);
  const tensors = new Map<string, Tensor>();
  for (const [key, entry] of entries) {
    const dtype = entry.dtype === 'I64' ? 'i32' : 'f32';
    tensors.set(key, { shape: entry.shape, dtype, data: [...(await readSafetensorAs(source, entry, dtype))] });
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

test.for(SYSTEMS)('$name: the seed draws the weights of PyTorch, bit for bit', async (system) => {
  const { tree } = analyse(await documentOf(system), NODES, { values: system.sizes, preset: null });
  const drawn = drawWeights(planWeights(tree, system.seed).recipes.values());
  expect(Object.fromEntries([...drawn].map(([path, values]) => [path, hashOf(values)]))).toEqual(system.weights);
});

test.for(SYSTEMS)('$name: everything that PyTorch computes is the same here', async (system) => {
  const tensors = await readGolden(system.name);
  const named = (kind: 'input' | 'output') =>
    new Map(
      [...tensors].flatMap(([key, tensor]) =>
        key.startsWith(`${kind}/`) ? [[key.slice(kind.length + 1), tensor]] : [],
      ),
    );
  const expected = named('output');
  // A name with dots is a port inside the graph.
  const inside = [...expected.keys()].filter((name) => name.includes('.'));
  const document = await documentOf(system);
  const computed = await compute(document, Object.fromEntries(named('input')), { values: system.sizes, taps: inside });
  expect([...computed.outputs.keys(), ...computed.taps.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
  for (const [name, { shape, data }] of [...computed.outputs, ...computed.taps]) {
    expect(shape, name).toEqual(expected.get(name)!.shape);
    expect(distance(data, expected.get(name)!.data), name).toBeLessThan(2e-7);
  }
});
