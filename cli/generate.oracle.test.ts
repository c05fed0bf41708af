/** Generation against PyTorch's own loop over the same weights: the same tokens, greedy and drawn, on both devices. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Oracle } from '../scripts/oracle/oracle.ts';
import { LANGUAGE_MODEL, textOf } from './testing/documents.ts';
import { patchbay } from './testing/patchbay.ts';
import { readResults, type ResultFile } from './testing/results.ts';

const TOKENS = 20;
/** As scripts/oracle/generation.py draws. */
const SAMPLE_SEED = 5;
const SAMPLING = { temperature: 1.4, top_k: 12, top_p: 0.9 };

const CASES = [
  { seed: 0, sizes: { batch: 1, text_len: 6, image_tokens: 4, vocab_size: 128, embed_dim: 16, num_features: 8 } },
  { seed: 1, sizes: { batch: 3, text_len: 1, image_tokens: 1, vocab_size: 33, embed_dim: 5, num_features: 3 } },
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

describe.each(CASES)('seed $seed, $sizes', ({ seed, sizes }) => {
  let golden: string;
  let expected: ResultFile;

  beforeAll(async () => {
    golden = await oracle.compute({ system: 'language_model', seed, sizes: { ...sizes, tokens: TOKENS, ...SAMPLING } });
    expected = await readResults(golden);
  });

  const generate = async (...more: readonly string[]): Promise<number[][]> => {
    const settings = Object.entries(sizes).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const inputs = ['input_ids', 'image_features'].flatMap((name) => ['--input', `${name}=${golden}:input/${name}`]);
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
    ...['--temperature', String(SAMPLING.temperature), '--top-k', String(SAMPLING.top_k)],
    ...['--top-p', String(SAMPLING.top_p), '--sample-seed', String(SAMPLE_SEED)],
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
