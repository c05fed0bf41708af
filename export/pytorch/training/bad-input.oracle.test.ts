/** What train.py says of input that it cannot use: one line, with the file and the line in it, and no traceback. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEMPLATES } from '../../../templates/registry.ts';
import { exportSourceOf } from '../../testing/source.ts';
import { TrainingTester, type RunResult } from '../../testing/train-packages.ts';
import { JOINT, regression } from './testing/documents.ts';

let tester: TrainingTester;
const packages = new Map<string, string>();

beforeAll(async () => {
  tester = await TrainingTester.start();
  const clip = await TEMPLATES.find(({ name }) => name === 'clip')!.load();
  const documents = { clip, joint: JOINT, plain: regression(0), wider: regression(0, 9) };
  for (const [name, document] of Object.entries(documents))
    packages.set(name, await tester.write(exportSourceOf(document)));
});
afterAll(() => tester?.close());

async function run(name: string, args: readonly string[], ranks = 1): Promise<RunResult> {
  const [result] = await tester.train(packages.get(name)!, [args], { ranks });
  return result!;
}

/** One grey pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);

/** A folder with two pictures and a table. */
function writeTable(content: string, name = 'pairs.csv'): string {
  const folder = tester.fresh();
  mkdirSync(folder);
  for (const file of ['red-circle.png', 'red-square.png']) writeFileSync(join(folder, file), PNG);
  // Pillow refuses it by an error of its own kind.
  const endless = Buffer.from(PNG);
  endless.writeUInt32BE(60_000, 16);
  endless.writeUInt32BE(60_000, 20);
  endless.writeUInt32BE(crc32(endless.subarray(12, 29)), 29);
  writeFileSync(join(folder, 'endless.png'), endless);
  writeFileSync(join(folder, name), Buffer.from(content, 'latin1'));
  return folder;
}

interface Case {
  readonly title: string;
  readonly content?: string;
  readonly table?: string;
  readonly args?: readonly string[];
  readonly message: RegExp;
}

const GOOD = 'image,caption\nred-circle.png,a red circle\n';
const LONG = `image,caption\nred-circle.png,${'a '.repeat(9)}\n`;

const CASES: readonly Case[] = [
  {
    title: 'a missing picture',
    content: `${GOOD}gone.png,a red square\n`,
    message: /pairs\.csv, line 3: there is no picture \S*gone\.png$/,
  },
  {
    title: 'a broken line',
    content: `${GOOD}red-square.png\n`,
    message: /pairs\.csv, line 3: there are 1 cells under 2 columns$/,
  },
  {
    title: 'a quote without an end',
    content: `${GOOD}red-square.png,"a\n`,
    message: /pairs\.csv, line 3 cannot be read: unexpected end of data$/,
  },
  {
    title: 'no such column',
    args: ['--column', 'input_ids=text'],
    message:
      /pairs\.csv, line 1: there is no column text, but image, caption; --column input_ids=COLUMN names another$/,
  },
  {
    title: 'no UTF-8',
    content: `${GOOD}red-square.png,\xff\n`,
    message: /pairs\.csv, line 3 is no UTF-8$/,
  },
  {
    title: 'a word that nobody knows',
    content: 'image,caption\nred-circle.png,zzyzx\n',
    message: /pairs\.csv, line 2: there is no token for 'zzyzx' in 'zzyzx'$/,
  },
  { title: 'too long a caption', content: LONG, message: /pairs\.csv, line 2: '(?:a )+' has 9 tokens, and 8 fit$/ },
  {
    title: 'too long a caption, read by a worker',
    content: LONG,
    args: ['--workers', '1'],
    message: /^train\.py: \S*pairs\.csv, line 2: '(?:a )+' has 9 tokens, and 8 fit$/,
  },
  {
    title: 'a picture that is none',
    content: 'image,caption\npairs.csv,a\n',
    message: /pairs\.csv, line 2: \S*pairs\.csv is no picture that can be read/,
  },
  {
    title: 'no JSON',
    table: 'pairs.jsonl',
    content: '{"image": "red-circle.png", "caption": "a"}\n{"image"\n',
    message: /pairs\.jsonl, line 2 is no JSON: Expecting ':'/,
  },
  {
    title: 'no object',
    table: 'pairs.jsonl',
    content: '[1]\n',
    message: /pairs\.jsonl, line 1 is no object with columns$/,
  },
  {
    title: 'a key that is missing',
    table: 'pairs.jsonl',
    content: '\n{"image": "red-circle.png"}\n',
    message: /pairs\.jsonl, line 2: there is no column caption, but image; /,
  },
  {
    title: 'a caption that is null',
    table: 'pairs.jsonl',
    content: '{"image": "red-circle.png", "caption": null}\n',
    message: /pairs\.jsonl, line 1: column caption is null, no text$/,
  },
  {
    title: 'a caption that is empty',
    content: 'image,caption\nred-circle.png,\n',
    message: /pairs\.csv, line 2: column caption is empty$/,
  },
  {
    title: 'a picture of endless pixels',
    content: 'image,caption\nendless.png,a\n',
    message:
      /pairs\.csv, line 2: \S*endless\.png is no picture that can be read: Image size \(3600000000 pixels\) exceeds/,
  },
  {
    title: 'an empty table',
    content: '',
    message: /pairs\.csv, line 1: there is no column image, but nothing; --column pixel_values=COLUMN names another$/,
  },
  { title: 'a seed that no generator takes', args: ['--seed', '99999999999999999999'], message: /argument --seed: / },
  { title: 'a rate that is none', args: ['--lr', 'nan'], message: /argument --lr: nan is no number from 0 on$/ },
  {
    title: 'a limit of nothing',
    args: ['--clip', '0'],
    message: /argument --clip: 0\.0 is not above 0; inf is no limit$/,
  },
  { title: 'fewer workers than none', args: ['--workers', '-1'], message: /argument --workers: -1 is below 0$/ },
  {
    title: 'too few samples',
    content: 'image,caption\n',
    message: /there are 0 samples, and --batch-size is 1$/,
  },
  { title: 'no table', table: 'notes.txt', message: /holds 0 tables, \.csv or \.jsonl: name one$/ },
  { title: 'no such folder', args: ['--data', 'nowhere'], message: /nowhere: there is no such file or folder$/ },
  {
    title: 'a batch that cannot be shared',
    args: ['--batch-size', '3', '--accumulate', '2'],
    message: /--batch-size 3 is no multiple of 2: processes \(1\) times --accumulate \(2\)$/,
  },
  {
    title: 'fp16 without a GPU',
    args: ['--precision', 'fp16'],
    message: /--precision fp16 wants a GPU; bf16 goes without$/,
  },
  { title: 'a warm-up without an end', args: ['--warmup', '9'], message: /--warmup 9 is not below --steps 1$/ },
  {
    title: 'an input that is none',
    args: ['--column', 'other=image'],
    message: /write NAME=COLUMN; there are pixel_values, input_ids$/,
  },
  {
    title: 'weights that are none',
    args: ['--weights', 'gone.safetensors'],
    message: /No such file or directory: 'gone\.safetensors'$/,
  },
  {
    title: 'weights of something else',
    args: ['--weights', 'example.safetensors'],
    message: /^train\.py: example\.safetensors has no weights of this model: .* Missing key/,
  },
  {
    title: 'weights that are no tensors',
    args: ['--weights', 'words.txt'],
    message:
      /^train\.py: words\.txt has no weights of this model: words\.txt is no \.safetensors file, or was cut short$/,
  },
];

test.each(CASES)('$title', async ({ content = GOOD, table, args = [], message }) => {
  const common = ['--data', writeTable(content, table), '--out', tester.fresh(), '--batch-size', '1', '--steps', '1'];
  const { codes, text } = await run('clip', [...common, ...args]);
  expect(codes[0]).toBeGreaterThan(0);
  const lines = text.trimEnd().split('\n');
  expect(lines.at(-1)).toMatch(message);
  // What is wrong with a call comes below its usage.
  if (!text.startsWith('usage')) expect(lines).toHaveLength(1);
});

describe('a run that diverges', () => {
  const args = (out: string) => ['--samples', '32', '--out', out, '--batch-size', '8', '--steps', '9', '--lr', '1e30'];

  test.each([1, 2])('ends in one line, before anything is saved that holds no numbers: processes %i', async (ranks) => {
    const out = tester.fresh();
    const { codes, text } = await run('plain', [...args(out), '--save-every', '1', '--log-every', '4'], ranks);
    expect(codes).not.toContain(0);
    expect(text).toMatch(/^train\.py: (?:loss|grad_norm) is (?:nan|inf) at step \d\n$/);
    const step = Number(/step (\d)/.exec(text)![1]);
    const saved = readdirSync(out).filter((file) => file.startsWith('step-'));
    expect(saved).not.toContain(`step-00000${step}.pt`);
    expect(saved.filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });
});

test('a picture that one of several processes cannot read is told by it alone', async () => {
  const table = writeTable('image,caption\nred-circle.png,a\nendless.png,a\n');
  const { codes, text } = await run('clip', ['--data', table, '--out', tester.fresh(), '--batch-size', '2'], 2);
  expect(codes).not.toContain(0);
  expect(text).toMatch(/^train\.py: \S*pairs\.csv, line 3: \S*endless\.png is no picture that can be read: .*\n$/);
});

describe('what does not fit', () => {
  test('a loss whose samples meet is not shared out, and the node is named', async () => {
    const table = writeTable('image,caption,score\nred-circle.png,a,0.5\nred-square.png,b,1\n');
    const args = ['--data', table, '--out', tester.fresh(), '--batch-size', '2', '--steps', '2'];
    const { codes, text } = await run('joint', args, 2);
    expect(text).toBe(
      'train.py: loss wants a single process: the node competition (Softmax) brings samples of the batch together\n',
    );
    expect(codes).not.toContain(0);
    expect((await run('joint', args)).codes).toEqual([0]);
  });

  test('a number that is none', async () => {
    const table = writeTable('image,caption,score\nred-circle.png,a,high\n');
    const args = ['--data', table, '--out', tester.fresh(), '--batch-size', '1', '--steps', '1'];
    expect((await run('joint', args)).text).toMatch(/pairs\.csv, line 2: could not convert string to float: 'high'\n$/);
  });

  test('a folder that has checkpoints, settings that changed, other processes', async () => {
    const out = tester.fresh();
    const args = ['--samples', '32', '--out', out, '--batch-size', '8', '--steps', '2'];
    expect((await run('plain', args)).codes).toEqual([0]);
    const again = await run('plain', args);
    expect(again.text).toMatch(/^train\.py: \S+ has checkpoints: --resume, or another --out\n$/);
    const other = await run('plain', [...args, '--resume', '--batch-size', '16']);
    expect(other.text).toBe('train.py: the run began with --batch-size 8, not 16\n');
    const two = await run('plain', [...args, '--resume'], 2);
    expect(two.text).toMatch(/^train\.py: \S+ was written by 1 processes, and here there are 2\n$/);
    writeFileSync(join(out, 'step-000002.pt'), 'nothing');
    const broken = await run('plain', [...args, '--resume']);
    expect(broken.text).toMatch(/^train\.py: \S*step-000002\.pt cannot be read: it is cut off, or no checkpoint .*\n$/);
    rmSync(join(out, 'step-000002.pt'));
    writeFileSync(join(out, 'step-best.pt'), 'of another program');
    writeFileSync(join(out, 'log.jsonl'), '{"epoch": 1}\n');
    const logged = await run('plain', args);
    expect(logged.text).toMatch(
      /^train\.py: \S*log\.jsonl has a line that no run logged: \{"epoch": 1\}; take another --out\n$/,
    );
  });

  test('a checkpoint of another graph', async () => {
    const out = tester.fresh();
    const args = ['--samples', '32', '--out', out, '--batch-size', '8', '--steps', '2'];
    expect((await run('plain', args)).codes).toEqual([0]);
    const { codes, text } = await run('wider', [...args, '--resume']);
    expect(codes).toEqual([1]);
    expect(text).toMatch(/^train\.py: the checkpoint of step 2 in \S+ is of another model: .*\n$/);
  });
});
