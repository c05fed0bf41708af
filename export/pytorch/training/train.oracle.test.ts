/** train.py in PyTorch: one process and several see the same losses, and a run that was killed goes on as it was. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FULL } from '../../../scripts/effort.ts';
import { TEMPLATES } from '../../../templates/registry.ts';
import { writePairs } from '../../testing/pairs.ts';
import { exportSourceOf } from '../../testing/source.ts';
import { readLog, TrainingTester, type Kill, type RunResult } from '../../testing/train-packages.ts';
import { CLASSIFIER, COMPARISONS, regression } from './testing/documents.ts';

/** Small enough for a step to take milliseconds. */
const SMALL = { image_size: 32, embed_dim: 24, depth: 1, num_heads: 2, text_dim: 16, projection_dim: 12 };

let tester: TrainingTester;
let pairs: string;
const packages = new Map<string, string>();

beforeAll(async () => {
  tester = await TrainingTester.start();
  pairs = tester.fresh();
  await writePairs(pairs);
  for (const name of ['clip', 'siglip']) {
    const document = await TEMPLATES.find((template) => template.name === name)!.load();
    const live = document.presets.find((preset) => preset.name === 'live')!.values;
    packages.set(name, await tester.write(exportSourceOf(document, { values: { ...live, ...SMALL } })));
  }
  const documents = {
    dropout: regression(0.4),
    plain: regression(0),
    comparisons: COMPARISONS,
    classifier: CLASSIFIER,
  };
  for (const [name, document] of Object.entries(documents))
    packages.set(name, await tester.write(exportSourceOf(document)));
});
afterAll(() => tester?.close());

/** Twenty steps, each of them logged. */
function twenty(name: string, out: string): readonly string[] {
  const drawn = ['dropout', 'plain', 'comparisons'].includes(name);
  const table = name === 'classifier' ? ['--column', 'labels=shape'] : ['--loss', `${name}_loss`];
  const data = drawn ? ['--samples', '32'] : ['--data', pairs, ...table];
  return [...data, '--out', out, '--steps', '20', '--batch-size', '8', '--log-every', '1', '--save-every', '4'];
}

async function run(name: string, args: readonly string[], ranks = 1, kill?: Kill): Promise<RunResult> {
  const [result] = await tester.train(packages.get(name)!, [args], { ranks, ...(kill && { kill }) });
  return result!;
}

/** The log of a run that ends well. */
async function logOf(name: string, more: readonly string[] = [], ranks = 1): Promise<ReturnType<typeof readLog>> {
  const out = tester.fresh();
  const { codes, text } = await run(name, [...twenty(name, out), ...more], ranks);
  expect(codes, text).toEqual(Array.from({ length: ranks }, () => 0));
  return readLog(out);
}

function expectSameCurve(apart: ReturnType<typeof readLog>, together: ReturnType<typeof readLog>): void {
  expect(apart.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  for (const [index, { loss, lr, grad_norm: norm }] of apart.entries()) {
    expect(Math.abs(loss - together[index]!.loss)).toBeLessThan(1e-4);
    expect(Math.abs(norm - together[index]!.grad_norm) / norm).toBeLessThan(1e-3);
    expect(lr).toBe(together[index]!.lr);
  }
  // Losses that agree are not those of a model that stands still.
  expect(Math.abs(apart.at(-1)!.loss - apart[0]!.loss)).toBeGreaterThan(0.01);
}

describe('several processes have the losses of one', () => {
  const more = [['clip', 4] as const, ['siglip', 2] as const];
  test.each([['clip', 2], ['siglip', 4], ...(FULL ? more : [])] as const)('%s, torchrun of %i', async (name, ranks) => {
    const out = tester.fresh();
    await tester.torchrun(packages.get(name)!, ranks, twenty(name, out));
    expectSameCurve(readLog(out), await logOf(name));
  });

  test('a mean over samples, in parts, with weights that it does not reach', async () => {
    expectSameCurve(await logOf('plain', ['--accumulate', '2'], 2), await logOf('plain'));
  });

  test('classes, whose vectors are the same for every sample, and labels of a column', async () => {
    expectSameCurve(await logOf('classifier', [], 2), await logOf('classifier'));
  });

  test.each(['sigmoid_loss', 'softmax_loss', 'reverse_loss', 'size_loss'])(
    'one of several losses: %s',
    async (loss) => {
      expectSameCurve(await logOf('comparisons', ['--loss', loss], 2), await logOf('comparisons', ['--loss', loss]));
    },
  );
});

describe('the same seed is the same run', () => {
  test('with dropout, in two processes', async () => {
    const [first, second] = [await logOf('dropout', [], 2), await logOf('dropout', [], 2)];
    expect(second).toEqual(first);
    expect(await logOf('dropout', ['--seed', '1'], 2)).not.toEqual(first);
  });

  test('bf16 is near float32, and not the same', async () => {
    const [half, full] = [await logOf('plain', ['--precision', 'bf16']), await logOf('plain')];
    const far = half.map(({ loss }, index) => Math.abs(loss - full[index]!.loss) / full[index]!.loss);
    expect(Math.max(...far)).toBeLessThan(0.02);
    expect(Math.max(...far)).toBeGreaterThan(0);
  });

  test('pictures that workers read are those that are read here', async () => {
    expect(await logOf('clip', ['--workers', '2'])).toEqual(await logOf('clip'));
  });
});

/** In the middle of steps, and of writing a checkpoint. */
const KILLS: readonly Kill[] = [
  { function: 'Log.add', when: 'after', marker: "'step': 6," },
  { function: 'os.replace', when: 'before', marker: 'step-000008.pt.tmp' },
  { function: 'os.replace', when: 'after', marker: 'step-000012.safetensors.tmp' },
  { function: 'os.replace', when: 'after', marker: 'step-000016.pt.tmp' },
];

test.each([['dropout', 2], ['siglip', 4], ...(FULL ? ([['clip', 1]] as const) : [])] as const)(
  'killed and resumed, %s in %i is the run that nobody killed, to the last bit',
  async (name, ranks) => {
    const out = tester.fresh();
    for (const [index, kill] of KILLS.entries()) {
      const resume = index > 0 ? ['--resume'] : [];
      const { codes, text } = await run(name, [...twenty(name, out), ...resume], ranks, kill);
      // The others end because of it, by what they find or are sent.
      expect(codes[0], text).toBe(-9);
    }
    // What is half written is no checkpoint, and no line of the log.
    writeFileSync(join(out, 'log.jsonl'), '{"step": 17, "lo', { flag: 'a' });
    const { codes, text } = await run(name, [...twenty(name, out), '--resume'], ranks);
    expect(codes, text).toEqual(Array.from({ length: ranks }, () => 0));
    expect(readLog(out)).toEqual(await logOf(name, [], ranks));
    const left = readdirSync(out).filter((file) => !file.startsWith('log'));
    const kept = ['12', '16', '20'].flatMap((step) => [`step-0000${step}.pt`, `step-0000${step}.safetensors`]);
    expect(left.toSorted()).toEqual(kept);
  },
);
