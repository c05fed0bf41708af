/**
 * template:vit against PyTorch: from the seed alone, weights are bit-equal, and outputs agree with PyTorch's float64 within float32's rounding on the
 * reference and within 5e-6 on the GPU; with PyTorch's weights given, the same.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FULL } from '../scripts/effort.ts';
import { Oracle } from '../scripts/oracle/oracle.ts';
import { patchbay } from './testing/patchbay.ts';
import { distance, readResults } from './testing/results.ts';
import type { ResultFile } from './testing/results.ts';

/** Relative L2 distance allowed for outputs. */
const LIMITS = { reference: 2e-7, gpu: 5e-6 } as const;

interface Case {
  readonly seed: number;
  readonly sizes: Readonly<
    Record<
      'batch' | 'image_size' | 'patch_size' | 'num_channels' | 'embed_dim' | 'depth' | 'num_heads' | 'mlp_ratio',
      number
    >
  >;
}

const NOTEBOOK = {
  batch: 1,
  image_size: 224,
  patch_size: 16,
  num_channels: 3,
  embed_dim: 768,
  depth: 3,
  num_heads: 12,
  mlp_ratio: 4,
};

/** Patch counts and widths that are no multiples of 4, odd heads and batches, one channel, a remainder of pixels. */
const CASES: readonly Case[] = [
  {
    seed: 0,
    sizes: {
      batch: 3,
      image_size: 21,
      patch_size: 7,
      num_channels: 3,
      embed_dim: 35,
      depth: 1,
      num_heads: 5,
      mlp_ratio: 3,
    },
  },
  {
    seed: 1,
    sizes: {
      batch: 1,
      image_size: 22,
      patch_size: 4,
      num_channels: 1,
      embed_dim: 42,
      depth: 4,
      num_heads: 3,
      mlp_ratio: 1.5,
    },
  },
  {
    seed: 2 ** 32 + 5,
    sizes: {
      batch: 2,
      image_size: 64,
      patch_size: 8,
      num_channels: 3,
      embed_dim: 96,
      depth: 2,
      num_heads: 6,
      mlp_ratio: 4,
    },
  },
];

const FULL_CASES: readonly Case[] = [
  { seed: 0, sizes: NOTEBOOK },
  { seed: 42, sizes: NOTEBOOK },
  { seed: 3, sizes: { ...NOTEBOOK, batch: 3, depth: 1 } },
  {
    seed: 4,
    sizes: {
      batch: 1,
      image_size: 8,
      patch_size: 8,
      num_channels: 3,
      embed_dim: 4,
      depth: 1,
      num_heads: 1,
      mlp_ratio: 0.5,
    },
  },
  {
    seed: 5,
    sizes: {
      batch: 5,
      image_size: 51,
      patch_size: 3,
      num_channels: 4,
      embed_dim: 130,
      depth: 3,
      num_heads: 13,
      mlp_ratio: 2.7,
    },
  },
  {
    seed: 6,
    sizes: {
      batch: 2,
      image_size: 30,
      patch_size: 6,
      num_channels: 3,
      embed_dim: 127,
      depth: 2,
      num_heads: 127,
      mlp_ratio: 1,
    },
  },
];

const cases = FULL ? [...CASES, ...FULL_CASES] : CASES;
const folder = mkdtempSync(join(tmpdir(), 'patchbay-vit-'));
let oracle: Oracle;

beforeAll(async () => {
  oracle = await Oracle.start();
});
afterAll(() => {
  oracle?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(cases)('seed $seed, $sizes', ({ seed, sizes }) => {
  let golden: string;
  let expected: ResultFile;

  beforeAll(async () => {
    golden = await oracle.compute({ system: 'vit', seed, sizes });
    expected = await readResults(golden);
  });

  test.each([
    ['reference', 'drawn'],
    ['reference', 'given'],
    ['gpu', 'drawn'],
    ['gpu', 'given'],
  ] as const)('%s, weights %s', async (device, weights) => {
    const out = join(folder, 'out.safetensors');
    const settings = Object.entries(sizes).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const given = weights === 'given' ? ['--weights', `${golden}:weight/`] : [];
    const input = `pixel_values=${golden}:input/pixel_values`;
    const args = [
      'run',
      'template:vit',
      '--device',
      device,
      '--seed',
      String(seed),
      '--input',
      input,
      '--save-weights',
      '--out',
      out,
    ];
    const outcome = await patchbay([...args, ...settings, ...given]);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const { tensors } = await readResults(out);
    for (const [name, { shape, data }] of expected.tensors) {
      if (name.startsWith('input/')) continue;
      const isWeight = name.startsWith('weight/');
      const got = tensors.get(isWeight ? name : name.slice('output/'.length))!;
      expect(got.shape, name).toEqual(shape);
      if (isWeight) expect(Buffer.compare(bitsOf(got.data), bitsOf(data)), name).toBe(0);
      else expect(distance(got.data, data), name).toBeLessThanOrEqual(LIMITS[device]);
    }
  });
});

function bitsOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
