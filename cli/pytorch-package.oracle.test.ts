/** An exported package beside the command line: the same pictures, text, tokens and checkpoints give the same numbers. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { findPython } from '../scripts/oracle/python.ts';
import { exportCommand } from './commands/export.ts';
import { generate } from './commands/generate.ts';
import { run } from './commands/run.ts';
import { document, LINEAR, node, wire } from './testing/documents.ts';
import { call, testFolder } from './testing/in-process.ts';
import { distance, readResults } from './testing/results.ts';

const { fresh, file, remove } = testFolder();
afterAll(remove);

/** @throws where Python ends with an error, with what it wrote. */
async function python(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(findPython()!, args, { cwd: folder });
  return stdout;
}

async function packageOf(graph: string): Promise<string> {
  const out = fresh();
  await call(exportCommand, graph, '--to', 'pytorch', '--out', out);
  return out;
}

/** Relative distances of the package's outputs from the command line's, with the same flags. */
async function distances(graph: string, ...flags: string[]): Promise<readonly number[]> {
  const [wanted, got] = [`${fresh()}.safetensors`, `${fresh()}.safetensors`];
  await call(run, graph, '--device', 'reference', '--out', wanted, ...flags);
  await python(await packageOf(graph), 'run.py', '--out', got, ...flags);
  const [{ tensors: mine }, { tensors: theirs }] = [await readResults(wanted), await readResults(got)];
  expect([...theirs.keys()]).toEqual([...mine.keys()]);
  return Array.from(mine, ([name, { data }]) => distance(theirs.get(name)!.data, data));
}

/** A picture with edges, slopes and transparent parts. */
async function picture(width: number, height: number): Promise<string> {
  const data = Uint8Array.from({ length: width * height * 4 }, (_, index) => {
    const [pixel, channel] = [Math.floor(index / 4), index % 4];
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return channel === 3 ? (x < width / 4 ? 128 : 255) : (x * 7 * (channel + 1) + (y % 5) * 40) % 256;
  });
  const path = `${fresh()}.png`;
  await sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toFile(path);
  return path;
}

const PICTURES: readonly Readonly<Record<string, string | number>>[] = [
  { fit: 'crop', filter: 'bilinear', height: 8, width: 12 },
  { fit: 'crop', filter: 'bicubic', height: 50, width: 44, mean: '0.1, 0.2, 0.3', std: '0.5, 0.25, 2' },
  { fit: 'stretch', filter: 'bicubic', height: 9, width: 7, channels: 1 },
  { fit: 'stretch', filter: 'bilinear', height: 30, width: 60, channels: 4 },
  { fit: 'contain', filter: 'bilinear', height: 16, width: 16 },
  { fit: 'contain', filter: 'bicubic', height: 64, width: 21, channels: 1 },
];

const SIZES = [
  [37, 23],
  [5, 40],
] as const;

test('pictures are cropped, resized and normalised alike', async () => {
  const nodes = PICTURES.flatMap((params, index) => [
    node(`photo${index}`, 'image_input', { batch: 'batch', ...params }),
    node(`y${index}`, 'output'),
  ]);
  const graph = file(
    document(
      nodes,
      PICTURES.map((_, index) => wire(`photo${index}.output`, `y${index}.input`)),
    ),
  );
  const files = await Promise.all(SIZES.map(([width, height]) => picture(width, height)));
  const flags = PICTURES.flatMap((_, index) => files.flatMap((path) => ['--input', `photo${index}=${path}`]));
  for (const far of await distances(graph, ...flags)) expect(far).toBeLessThan(1e-6);
});

const IDS = { batch: 'batch', length: 24, vocab_size: 300, pad_token_id: 3 };

test.each([
  [
    'words',
    'A RED circle, on the well-known boat’s sun!\nno',
    { words: 'a red circle , on the well-known boat’s sun ! no' },
  ],
  ['bytes', 'é 🙂 "quoted"\nplain', {}],
  ['words', 'a red circle', { image_tokens: 3, image_token_id: 299 }],
])('text as %s: %j', async (tokenizer, text, params) => {
  const ids = node('ids', 'token_input', { ...IDS, tokenizer, ...params });
  const graph = file(document([ids, node('y', 'output')], [wire('ids.ids', 'y.input')]));
  const path = `${fresh()}.txt`;
  writeFileSync(path, `${text}\n`);
  expect(await distances(graph, '--input', `ids=${path}`)).toEqual([0]);
});

test('what an input cannot take is said in one line', async () => {
  const folder = await packageOf('template:vlm');
  const notes = join(folder, 'notes.txt');
  writeFileSync(notes, 'zzyzx');
  for (const [input, message] of [
    [`pixel_values=${notes}`, /notes\.txt is no picture/],
    [`input_ids=${notes}`, /there is no token for 'zzyzx'/],
    ['other=x', /there is no input 'other', only pixel_values, input_ids/],
    ['pixel_values=missing.safetensors', /No such file/],
  ] as const)
    await expect(python(folder, 'run.py', '--input', input)).rejects.toThrow(message);
});

test('generation writes what patchbay generate writes, greedy and drawn', async () => {
  const folder = await packageOf('template:vlm');
  const idsIn = (lines: readonly string[]) => lines.flatMap((line) => /^ids(?: \d+)?: (.*)$/.exec(line)?.[1] ?? []);
  for (const flags of [
    ['--tokens', '20'],
    ['--temperature', '0.8', '--top-k', '20', '--top-p', '0.9', '--sample-seed', '7'],
  ]) {
    const { lines } = await call(generate, 'template:vlm', '--device', 'reference', ...flags);
    const wanted = idsIn(lines);
    expect(wanted[0]!.split(' ')).toHaveLength(20);
    expect(idsIn((await python(folder, 'generate.py', ...flags)).split('\n'))).toEqual(wanted);
  }
});

test('generation begins with a text that it is given', async () => {
  const text = `${fresh()}.txt`;
  writeFileSync(text, 'a photo of a red circle\na photo of a blue square\n');
  const flags = ['--input', `input_ids=${text}`, '--tokens', '5'];
  const { lines } = await call(generate, 'template:vlm', '--device', 'reference', ...flags);
  const printed = await python(await packageOf('template:vlm'), 'generate.py', ...flags);
  const textsIn = (all: readonly string[]) => all.flatMap((line) => /^text(?: \d+)?: (.*)$/.exec(line)?.[1] ?? []);
  expect(textsIn(printed.split('\n'))).toEqual(textsIn(lines));
});

const TRAINING = `
import sys
import torch
from run import load_inputs, load_model
from tensor_files import save_tensors

model = load_model().train()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
inputs = load_inputs()
for _ in range(5):
    optimizer.zero_grad()
    loss = sum(value.square().mean() for value in model(**inputs).values() if value.is_floating_point())
    loss.backward()
    optimizer.step()
save_tensors(model.state_dict(), sys.argv[1])
with torch.inference_mode():
    save_tensors(model.eval()(**inputs), sys.argv[2])
`;

test.each(['linear', 'template:vit', 'template:clip', 'template:vlm'])(
  'a checkpoint that is trained with the package comes back: %s',
  async (name) => {
    const graph = name === 'linear' ? file(LINEAR) : name;
    const folder = await packageOf(graph);
    const [checkpoint, theirs, mine, before] = ['', '', '', ''].map(() => `${fresh()}.safetensors`) as [
      string,
      string,
      string,
      string,
    ];
    await python(folder, '-c', TRAINING, checkpoint, theirs);
    await call(run, graph, '--device', 'reference', '--weights', checkpoint, '--out', mine);
    await call(run, graph, '--device', 'reference', '--out', before);
    const [{ tensors: got }, { tensors: wanted }, { tensors: first }] = [
      await readResults(mine),
      await readResults(theirs),
      await readResults(before),
    ];
    expect([...got.keys()]).toEqual([...wanted.keys()]);
    for (const [output, { data }] of wanted) expect(distance(got.get(output)!.data, data), output).toBeLessThan(1e-5);
    expect(Array.from(first).some(([output, { data }]) => distance(got.get(output)!.data, data) > 1e-3)).toBe(true);
  },
);
