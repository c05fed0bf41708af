/** Generation against PyTorch's own loop over the same weights: the same tokens, greedy and drawn, on both devices. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FULL } from '../scripts/effort.ts';
import { Oracle } from '../scripts/oracle/oracle.ts';
import { LANGUAGE_MODEL, textOf } from './testing/documents.ts';
import { patchbay } from './testing/patchbay.ts';
import { readResults, type ResultFile } from './testing/results.ts';

const TOKENS = 20;
/** As scripts/oracle/generation.py draws. */
const SAMPLE_SEED = 5;
const SAMPLING = { temperature: 1.4, top_k: 12, top_p: 0.9 };

const LANGUAGE = [
  { seed: 1, sizes: { batch: 3, text_len: 1, image_tokens: 1, vocab_size: 33, embed_dim: 5, num_features: 3 } },
];
const FULL_LANGUAGE = [
  { seed: 0, sizes: { batch: 1, text_len: 6, image_tokens: 4, vocab_size: 128, embed_dim: 16, num_features: 8 } },
  { seed: 7, sizes: { batch: 2, text_len: 63, image_tokens: 17, vocab_size: 1001, embed_dim: 64, num_features: 33 } },
];

const folder = mkdtempSync(join(tmpdir(), 'patchbay-generate-'));
const graph = join(folder, 'model.patchbay');
let oracle: Oracle;

beforeAll(async () => {
  writeFileSync(graph, textOf(LANGUAGE_MODEL));
  oracle = await Oracle.start();
});
afterAll(() => {
  oracle?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Case {
  /** A system of scripts/oracle. */
  readonly system: string;
  /** What computes the same here. */
  readonly graph: string;
  readonly inputs: readonly string[];
  readonly seed: number;
  readonly sizes: Readonly<Record<string, number>>;
}

const VISION = { num_channels: 3, embed_dim: 24, depth: 1, num_heads: 3, mlp_ratio: 2 };

/** The template at its live size, and at odd ones. */
const VLM = [
  {
    seed: 0,
    sizes: {
      batch: 2,
      image_tokens: 16,
      text_len: 6,
      hidden_size: 96,
      num_heads_text: 6,
      num_layers: 2,
      vocab_size: 128,
      image_token_id: 127,
      image_size: 64,
      patch_size: 16,
      num_channels: 3,
      embed_dim: 96,
      depth: 2,
      num_heads: 6,
      mlp_ratio: 4,
    },
  },
  {
    seed: 7,
    sizes: {
      batch: 1,
      image_tokens: 5,
      text_len: 3,
      hidden_size: 30,
      num_heads_text: 5,
      num_layers: 1,
      vocab_size: 61,
      image_token_id: 60,
      image_size: 21,
      patch_size: 7,
      ...VISION,
    },
  },
];

const CASES: readonly Case[] = [
  ...[...LANGUAGE, ...(FULL ? FULL_LANGUAGE : [])].map((sized) => ({
    system: 'language_model',
    graph,
    inputs: ['input_ids', 'image_features'],
    ...sized,
  })),
  ...VLM.map((sized) => ({
    system: 'writer',
    graph: 'template:vlm',
    inputs: ['input_ids', 'pixel_values'],
    ...sized,
  })),
];

describe.each(CASES)('$graph, seed $seed, $sizes', ({ system, graph, inputs: names, seed, sizes }) => {
  let golden: string;
  let expected: ResultFile;

  beforeAll(async () => {
    golden = await oracle.compute({ system, seed, sizes: { ...sizes, tokens: TOKENS, ...SAMPLING } });
    expected = await readResults(golden);
  });

  const generate = async (...more: readonly string[]): Promise<number[][]> => {
    const settings = Object.entries(sizes).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const inputs = names.flatMap((name) => ['--input', `${name}=${golden}:input/${name}`]);
    const args = [
      'generate',
      graph,
      '--seed',
      String(seed),
      ...settings,
      ...inputs,
      '--tokens',
      String(TOKENS),
      ...more,
    ];
    const { code, stdout, stderr } = await patchbay(args);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const lines = stdout.split('\n').filter((line) => line.startsWith('ids'));
    return lines.map((line) => line.split(': ')[1]!.split(' ').map(Number));
  };
  const wanted = (name: string): number[][] => {
    const { shape, data } = expected.tensors.get(`output/${name}`)!;
    const [batch, length] = shape as [number, number];
    return Array.from({ length: batch }, (_, row) => [...data.subarray(row * length, (row + 1) * length)]);
  };
  const drawn = [
    '--temperature',
    String(SAMPLING.temperature),
    '--top-k',
    String(SAMPLING.top_k),
    '--top-p',
    String(SAMPLING.top_p),
    '--sample-seed',
    String(SAMPLE_SEED),
  ];

  test.each(['reference', 'gpu'])('%s, greedy, weights drawn from the seed', async (device) => {
    expect(await generate('--device', device)).toEqual(wanted('greedy'));
  });

  test('greedy, weights given', async () => {
    expect(await generate('--weights', `${golden}:weight/`)).toEqual(wanted('greedy'));
  });

  test.each(['reference', 'gpu'])('%s, drawn', async (device) => {
    expect(await generate('--device', device, ...drawn)).toEqual(wanted('drawn'));
  });
});
