/** `patchbay run` on the float64 reference: what goes in, what comes out. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { apply } from '../graph/diff.ts';
import { promoteParameter } from '../graph/edits.ts';
import { formatNpy } from '../graph/formats/npy.ts';
import { formatSafetensors } from '../graph/formats/safetensors.ts';
import { NODES } from '../nodes/registry.ts';
import { document, LINEAR, node, pictureDocument, textOf, wire } from './testing/documents.ts';
import { patchbay } from './testing/patchbay.ts';
import { readResults } from './testing/results.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchbay-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
function file(name: string, content: string | Uint8Array): string {
  writeFileSync(at(name), content);
  return at(name);
}

const linear = file('linear.patchbay', textOf(LINEAR));
const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Runs on the reference and reads what it wrote. */
async function compute(graph: string, ...flags: string[]) {
  const out = at(`${readdirSync(folder).length}.safetensors`);
  const { code, stdout, stderr } = await patchbay(['run', graph, '--device', 'reference', '--out', out, ...flags]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return { ...(await readResults(out)), stdout, out };
}

test('outputs, taps and weights are written under their names, and y = x Wᵀ + b', async () => {
  const { tensors, metadata, stdout } = await compute(linear, '--tap', 'x', '--save-weights', '--seed', '7');
  expect([...tensors.keys()].toSorted()).toEqual(['weight/layer.bias', 'weight/layer.weight', 'x.output', 'y']);
  expect(metadata).toEqual({ generator: 'patchbay', graph: linear, seed: '7' });
  const [x, weight, bias, y] = ['x.output', 'weight/layer.weight', 'weight/layer.bias', 'y'].map((name) =>
    tensors.get(name)!,
  );
  expect([x!.shape, weight!.shape, bias!.shape, y!.shape]).toEqual([[2, 4], [3, 4], [3], [2, 3]]);
  for (let row = 0; row < 2; row++) {
    for (let column = 0; column < 3; column++) {
      let sum = bias!.data[column]!;
      for (let inner = 0; inner < 4; inner++) sum += x!.data[row * 4 + inner]! * weight!.data[column * 4 + inner]!;
      expect(y!.data[row * 3 + column]).toBeCloseTo(sum, 6);
    }
  }
  expect(stdout).toMatch(/^y +\[2, 3\] +mean .*\nx\.output +\[2, 4\]/);
});

test('the seed draws the weights, and weights that were saved give the same', async () => {
  const first = await compute(linear, '--save-weights');
  const again = await compute(linear);
  const other = await compute(linear, '--seed', '1');
  const given = await compute(linear, '--seed', '1', '--weights', `${first.out}:weight/`);
  const y = ({ tensors }: typeof again) => tensors.get('y')!.data;
  expect(y(again)).toEqual(y(first));
  expect(y(other)).not.toEqual(y(first));
  expect(y(given)).toEqual(y(first));
});

test('settings change sizes and hyperparameters, in Python’s spelling too', async () => {
  const { tensors } = await compute(linear, '--set', 'batch=5', '--set', 'width=2**3', '--tap', 'x');
  expect(tensors.get('x.output')!.shape).toEqual([5, 8]);
});

test('a bound tensor takes the place of a source and brings its batch', async () => {
  const values = new Float32Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const tensor = { dtype: 'F32', shape: [3, 4], bytes: bytesOf(values) } as const;
  const npy = file('x.npy', formatNpy(tensor));
  const one = file('one.safetensors', Buffer.concat(formatSafetensors([{ name: 'anything', ...tensor }])));
  const bytes = bytesOf(new Float64Array(values));
  const two = file(
    'two.safetensors',
    Buffer.concat(
      formatSafetensors([
        { name: 'x', dtype: 'F64', shape: [3, 4], bytes },
        { name: 'z', ...tensor },
      ]),
    ),
  );
  for (const reference of [npy, one, two, `${two}:z`]) {
    const { tensors } = await compute(linear, '--input', `x=${reference}`, '--tap', 'x');
    expect(tensors.get('x.output')).toEqual({ dtype: 'F32', shape: [3, 4], data: values });
    expect(tensors.get('y')!.shape).toEqual([3, 3]);
  }
});

test('a size that is set and another that is bound disagree', async () => {
  const x = file('three.npy', formatNpy({ dtype: 'F32', shape: [3, 4], bytes: new Uint8Array(48) }));
  const { code, stderr } = await patchbay([
    'run',
    linear,
    '--device',
    'reference',
    '--set',
    'batch=2',
    '--input',
    `x=${x}`,
  ]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^patchbay run: x .*batch.*\n$/);
});

test('pictures become normalised pixels, upright and in turn', async () => {
  const graph = file('picture.patchbay', textOf(pictureDocument('', [])));
  const solid = (red: number) =>
    sharp({ create: { width: 8, height: 8, channels: 3, background: { r: red, g: 51, b: 255 } } });
  const png = file('solid.png', await solid(102).png().toBuffer());
  const { tensors } = await compute(graph, '--input', `photo=${png}`);
  const { shape, data } = tensors.get('y')!;
  expect(shape).toEqual([1, 3, 8, 8]);
  // y = (x / 255 − 0.5) / 0.5
  [-0.2, -0.6, 1].forEach((value, channel) => expect(data[channel * 64]).toBeCloseTo(value, 6));

  const other = file('other.png', await solid(0).png().toBuffer());
  const both = document(
    [node('photo', 'image_input', { batch: 2, height: 8, width: 8 }), node('y', 'output')],
    [wire('photo.output', 'y.input')],
  );
  const pair = await compute(
    file('both.patchbay', textOf(both)),
    '--input',
    `photo=${png}`,
    '--input',
    `photo=${other}`,
  );
  expect([0, 192].map((index) => pair.tensors.get('y')!.data[index]!.toFixed(4))).toEqual(['-0.2000', '-1.0000']);
});

test('a document finds its pictures in itself and beside it, and its weights beside it', async () => {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#ffffff' } })
    .png()
    .toBuffer();
  const sha256 = createHash('sha256').update(png).digest('hex');
  file('white.png', png);
  for (const [name, more] of [
    ['embedded', { data: png.toString('base64') }],
    ['beside', { path: 'white.png' }],
  ] as const) {
    const graph = pictureDocument('white', [{ id: 'white', name: 'white.png', mime: 'image/png', sha256, ...more }]);
    const { tensors } = await compute(file(`${name}.patchbay`, textOf(graph)));
    expect(tensors.get('y')!.data.every((value) => value === 1)).toBe(true);
  }
  const weights = Buffer.concat(
    formatSafetensors([
      { name: 'layer.weight', dtype: 'F32', shape: [3, 4], bytes: new Uint8Array(48) },
      { name: 'layer.bias', dtype: 'F32', shape: [3], bytes: bytesOf(new Float32Array([1, 2, 3])) },
    ]),
  );
  file('weights.safetensors', weights);
  const named = (hash: string) =>
    file('named.patchbay', textOf({ ...LINEAR, weights: { path: 'weights.safetensors', sha256: hash } }));
  const { tensors } = await compute(named(createHash('sha256').update(weights).digest('hex')));
  expect([...tensors.get('y')!.data]).toEqual([1, 2, 3, 1, 2, 3]);
  const changed = await patchbay(['run', named('0'.repeat(64)), '--device', 'reference']);
  expect(changed.code).toBe(1);
  expect(changed.stderr).toMatch(/weights\.safetensors: these are not the weights that the document names/);
});

test('check, shapes and ir', async () => {
  const checked = await patchbay(['check', 'template:vit']);
  expect(checked).toMatchObject({ code: 0, stderr: '' });
  expect(checked.stdout).toMatch(/^template:vit: no errors in \d+ nodes\n$/);

  const shapes = await patchbay(['shapes', linear, '--json', '--set', 'batch=6']);
  expect(JSON.parse(shapes.stdout)).toContainEqual({
    port: 'layer.output',
    side: 'output',
    shape: [6, 3],
    dims: [
      { size: 6, name: 'batch' },
      { size: 3, name: 'out_features' },
    ],
    dtype: 'f32',
    flow: 'tensor',
  });
  const table = await patchbay(['shapes', linear]);
  expect(table.stdout).toMatch(/^layer\.input +input +f32 +\[batch 2, width 4\]$/m);

  const ir = await patchbay(['ir', linear]);
  expect(ir.code).toBe(0);
  expect(ir.stdout.match(/^== \S+/gm)!.length).toBeGreaterThan(2);
});

test('a choice that was made a hyperparameter is set by its name, and what is no choice is told', async () => {
  const gelu = (approximate: string) =>
    document(
      [node('x', 'random_tensor', { shape: '2, 4' }), node('gate', 'gelu', { approximate }), node('y', 'output')],
      [wire('x.output', 'gate.input'), wire('gate.output', 'y.input')],
    );
  const plain = file('gelu.patchbay', textOf(gelu('tanh')));
  const source = gelu('none');
  const followed = file(
    'followed.patchbay',
    textOf(apply(source, promoteParameter(source, NODES, 'Main', 'gate', 'approximate').diff)),
  );
  const y = async (...call: Parameters<typeof compute>) => (await compute(...call)).tensors.get('y')!.data;
  const tanh = await y(plain);
  expect(await y(followed, '--set', 'approximate=tanh')).toEqual(tanh);
  expect(await y(followed)).not.toEqual(tanh);
  const wrong = await patchbay(['run', followed, '--device', 'reference', '--set', 'approximate=tan']);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toMatch(/approximate: .*has no choice "tan"; did you mean tanh/);
});

test('help is no mistake', async () => {
  const program = await patchbay(['--help']);
  expect(program).toMatchObject({ code: 0, stderr: '' });
  for (const name of ['check', 'shapes', 'run', 'ir', 'plan'])
    expect(program.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  const run = await patchbay(['run', '--help']);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  for (const flag of ['preset', 'set', 'seed', 'weights', 'input', 'tap', 'out', 'save-weights', 'device', 'stats']) {
    expect(run.stdout).toMatch(new RegExp(`^  --${flag}\\b`, 'm'));
  }
});

test('nothing is left beside what was written', () => {
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(readFileSync(linear, 'utf8')).toBe(textOf(LINEAR));
});
