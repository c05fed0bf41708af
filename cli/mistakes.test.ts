/** What a person can get wrong: each gives one line on stderr with its place and exit 1; a wrong call exit 2 with usage. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatSafetensors } from '../graph/formats/safetensors.ts';
import type { NamedTensor } from '../graph/formats/safetensors.ts';
import {
  CYCLE,
  document,
  LANGUAGE_MODEL,
  LINEAR,
  node,
  pictureDocument,
  textOf,
  wire,
  WRONG_SHAPE,
} from './testing/documents.ts';
import { patchbay } from './testing/patchbay.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchbay-mistakes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function tensorFile(name: string, tensors: Record<string, readonly number[]>): string {
  const zeros = ([key, shape]: [string, readonly number[]]): NamedTensor => ({
    name: key,
    dtype: 'F32',
    shape,
    bytes: new Uint8Array(shape.reduce((product, size) => product * size, 4)),
  });
  return file(name, Buffer.concat(formatSafetensors(Object.entries(tensors).map(zeros))));
}

const linear = file('linear.patchbay', textOf(LINEAR));
const language = file('language.patchbay', textOf(LANGUAGE_MODEL));
const prompt = (name: string, text: string) => `input_ids=${file(name, text)}`;
const idsFile = (...ids: readonly number[]): string =>
  file(
    `ids-${ids.join('-')}.safetensors`,
    Buffer.concat(
      formatSafetensors([
        {
          name: 'ids',
          dtype: 'I64',
          shape: [1, ids.length],
          bytes: new Uint8Array(BigInt64Array.from(ids, BigInt).buffer),
        },
      ]),
    ),
  );
const text = file('text.png', 'I am no picture');
const hash = createHash('sha256').update(readFileSync(text)).digest('hex');
const asset = { id: 'a', name: 'a.png', mime: 'image/png' };
const picture = (name: string, more: object) =>
  file(`${name}.patchbay`, textOf(pictureDocument('a', [{ ...asset, sha256: hash, ...more }])));

/** A folder of two pictures with this file of captions. */
const album = (name: string, captions: string): string => {
  mkdirSync(join(folder, name));
  for (const picture of ['a.png', 'b.png']) writeFileSync(join(folder, name, picture), '');
  writeFileSync(join(folder, name, 'metadata.csv'), captions);
  return join(folder, name);
};
/** The language model with this text in the document. */
const prompted = (name: string, prompt: string) =>
  file(
    `${name}.patchbay`,
    textOf(LANGUAGE_MODEL).replace('"batch": "batch"', `"text": ${JSON.stringify(prompt)}, "batch": "batch"`),
  );
/** A picture whose caption is wanted, and which has none. */
const CAPTIONS = document(
  [
    node('photo', 'image_input', { images: 'a', height: 8, width: 8 }),
    node('words', 'token_input', { captions: 'photo', length: 4 }),
    node('y', 'output'),
  ],
  [wire('words.ids', 'y.input')],
  { assets: [{ ...asset, sha256: hash, path: 'text.png' }] },
);
const photo = file('photo.patchbay', textOf(pictureDocument('', [])));

const MISTAKES: Readonly<Record<string, readonly [args: readonly string[], line: RegExp]>> = {
  'a file that is not there': [
    ['check', join(folder, 'nothing.patchbay')],
    /nothing\.patchbay: it cannot be read \(no such file/,
  ],
  'a broken file': [
    ['check', file('broken.patchbay', '{"format": "patchbay",\n  "version": }')],
    /broken\.patchbay: line 2, column 14: /,
  ],
  'a file of another kind': [
    ['run', file('other.patchbay', '{}'), '--device', 'reference'],
    /other\.patchbay: .*"format" should be "patchbay"/,
  ],
  'no template': [['run', 'template:nothing'], /there is no template "nothing"; there are vit/],
  'no preset': [['run', 'template:vit', '--preset', 'huge'], /there is no preset "huge"/],
  'no hyperparameter': [
    ['run', 'template:vit', '--set', 'embed_dimm=8'],
    /no hyperparameter or size "embed_dimm".*embed_dim/,
  ],
  'not a number': [['run', 'template:vit', '--set', 'embed_dim=NaN'], /embed_dim: .*NaN/],
  'a number out of range': [['run', 'template:vit', '--set', 'depth=-1'], /depth: .*-1/],
  'half a layer': [['run', 'template:vit', '--set', 'depth=1.5'], /depth: .*1\.5/],
  'a wrong shape': [
    ['check', file('shape.patchbay', textOf(WRONG_SHAPE))],
    /layer input input in_features: .*width 4 came.*in_features 5/,
  ],
  'a cycle': [['check', file('cycle.patchbay', textOf(CYCLE))], /first.*second|second.*first/],
  'heads that do not divide': [['run', 'template:vit', '--set', 'num_heads=7'], /num_heads|embed_dim/],
  'a missing picture': [
    ['run', picture('missing', { path: 'gone.png' }), '--device', 'reference'],
    /gone\.png: it cannot be read \(no such file/,
  ],
  'another picture': [
    [
      'run',
      picture('changed', { path: 'text.png', sha256: hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }),
      '--device',
      'reference',
    ],
    /text\.png: it is not the picture that the document names/,
  ],
  'no picture': [
    ['run', file('none.patchbay', textOf(pictureDocument('b', []))), '--device', 'reference'],
    /photo images: the picture "b" is not in the document/,
  ],
  'a text file named .png': [
    ['run', 'template:vit', '--device', 'reference', '--input', `pixel_values=${text}`],
    /text\.png: it is no picture that can be read/,
  ],
  'a text file named .safetensors': [
    ['run', linear, '--input', `x=${file('text.safetensors', 'I am no tensor')}`],
    /text\.safetensors: safetensors, byte 0: /,
  ],
  'a text file named .npy': [
    ['run', linear, '--input', `x=${file('text.npy', 'I am no array')}`],
    /text\.npy: npy, byte 0: /,
  ],
  'an input that is not there': [['run', linear, '--input', `z=${text}`], /--input z: .*there are x$/m],
  'no such tensor': [
    ['run', linear, '--input', `x=${tensorFile('two.safetensors', { a: [1], b: [1] })}:c`],
    /two\.safetensors: there is no tensor "c"; it has a, b/,
  ],
  'an input of another shape': [
    ['run', linear, '--input', `x=${tensorFile('wide.safetensors', { x: [2, 9] })}`],
    /^patchbay run: x .*9/,
  ],
  'an input of another rank': [
    ['run', linear, '--input', `x=${tensorFile('flat.safetensors', { x: [4] })}`],
    /^patchbay run: x .*dimensions/,
  ],
  'missing weights': [
    ['run', linear, '--weights', tensorFile('part.safetensors', { 'layer.bias': [3] })],
    /layer: part\.safetensors lacks the weight layer\.weight/,
  ],
  'weights of another shape': [
    ['run', linear, '--weights', tensorFile('odd.safetensors', { 'layer.bias': [3], 'layer.weight': [3, 9] })],
    /layer: odd\.safetensors has layer\.weight as \[3, 9\]/,
  ],
  'weights too many': [
    [
      'run',
      linear,
      '--weights',
      tensorFile('more.safetensors', { 'layer.bias': [3], 'layer.weight': [3, 4], other: [1] }),
    ],
    /other/,
  ],
  'an unknown word': [
    ['run', language, '--input', prompt('word.txt', 'a red cirle')],
    /^patchbay run: input_ids text: the tokenizer has no token for "cirle" in the text; did you mean "circle"\?$/m,
  ],
  'an empty text': [
    ['run', language, '--input', prompt('empty.txt', '\n')],
    /^patchbay run: input_ids text: the text is empty$/m,
  ],
  'a text that is too long': [
    ['run', language, '--set', 'text_len=2', '--input', prompt('long.txt', 'a red circle')],
    /^patchbay run: input_ids length: the text has 3 tokens, but length is 2$/m,
  ],
  'a word beyond the vocabulary': [
    ['run', language, '--set', 'vocab_size=4', '--input', prompt('rare.txt', 'a circle')],
    /^patchbay run: input_ids vocab_size: "circle" in the text is token \d+, but ids must be below vocab_size 4$/m,
  ],
  'a bound id beyond the vocabulary': [
    ['run', language, '--set', 'text_len=2', '--input', `input_ids=${idsFile(1, 128)}`],
    /^patchbay run: input_ids, .*ids-1-128\.safetensors:ids: element 1 is 128, but ids must be from 0 to below vocab_size 128$/m,
  ],
  'a bound id below 0': [
    ['run', language, '--set', 'text_len=2', '--input', `input_ids=${idsFile(-1, 1)}`],
    /^patchbay run: input_ids, .*element 0 is -1/m,
  ],
  'an id of 64 bits': [
    ['run', language, '--set', 'text_len=2', '--input', `input_ids=${idsFile(1, 2 ** 40)}`],
    /^patchbay run: .*input_ids, .*element 1 is 1099511627776, but must be an integer of 32 bits$/m,
  ],
  'a tokenizer that is none': [
    ['run', language, '--input', prompt('broken.json', '{}')],
    /^patchbay run: input_ids tokenizer_file: broken\.json: it is no tokenizer\.json/m,
  ],
  'an image without a caption': [
    ['run', language, '--input', `input_ids=${album('half', 'file_name,text\na.png,a ring\n')}`],
    /^patchbay run: .*half\/b\.png: this picture has no caption$/m,
  ],
  'a caption without its image': [
    ['run', photo, '--input', `photo=${album('stray', 'file_name,text\nc.png,a ring\n')}`],
    /^patchbay run: .*stray\/metadata\.csv: c\.png is not in the folder$/m,
  ],
  'a broken file of captions': [
    ['run', photo, '--input', `photo=${album('broken', 'file_name,text\n"a.png\n')}`],
    /^patchbay run: .*broken\/metadata\.csv, line 2: a quote is not closed/m,
  ],
  'a folder without pictures': [
    ['run', photo, '--input', `photo=${mkdtempSync(join(folder, 'empty-'))}`],
    /empty-\w+: there are no pictures in this folder$/m,
  ],
  'an unknown word in the document': [
    ['check', prompted('unknown', 'a red cirle')],
    /^input_ids text: the tokenizer has no token for "cirle" in the text; did you mean "circle"\?$/m,
  ],
  'no text in the document': [
    ['check', prompted('blank', '')],
    /^input_ids text: there is no text yet: write a line$/m,
  ],
  'an empty line in the document': [['check', prompted('gap', 'a\n\na ring')], /^input_ids text: line 2 is empty$/m],
  'an id of the document beyond the vocabulary': [
    ['check', language, '--set', 'vocab_size=4'],
    /^input_ids vocab_size: "photo" in the text is token \d+, but ids must be below vocab_size 4$/m,
  ],
  'an id beyond the rows of the embedding': [
    [
      'check',
      file('rows.patchbay', textOf(LANGUAGE_MODEL).replace('"num_embeddings": "vocab_size"', '"num_embeddings": 4')),
    ],
    /^embedding input ids: input_ids goes up to id \d+, but ids must be below num_embeddings 4$/m,
  ],
  'an image of the document without a caption': [
    ['check', file('captions.patchbay', textOf(CAPTIONS))],
    /^words captions: a\.png has no caption/m,
  ],
  'heads of the document that do not divide': [
    ['check', 'template:clip', '--set', 'num_heads=7'],
    /^vision_encoder\.blocks\.0 num_heads: blocks\.embed_dim 96 is not divisible by num_heads 7; 6 or 8 would be$/m,
  ],
  'heads of the decoder that do not divide': [
    ['check', 'template:vlm', '--set', 'num_heads_text=7'],
    /^decoder\.layers\.0 nhead: layers\.d_model 96 is not divisible by nhead 7; 6 or 8 would be$/m,
  ],
  'nothing that generates': [['generate', linear], /linear\.patchbay: there is no generate node/],
  'no generate node of that name': [['generate', language, '--node', 'reed'], /--node reed: there are write$/m],
  'an unknown word in a prompt': [
    ['generate', language, '--input', prompt('typo.txt', 'a rde circle')],
    /^patchbay generate: input_ids text: .*"rde"/m,
  ],
  'prompts of different lengths': [
    ['generate', language, '--set', 'batch=2', '--input', prompt('two.txt', 'a\na red')],
    /^patchbay generate: write: sequences that grow together must begin equally long/m,
  ],
  'no such tap': [['run', linear, '--device', 'reference', '--tap', 'layer.sum'], /layer\.sum: there is no such port/],
  'nothing to compute': [
    ['run', 'template:blank', '--device', 'reference'],
    /template:blank: the main module has no output/,
  ],
  'more than the memory holds': [
    ['run', 'template:vit', '--device', 'reference', '--set', 'batch=10000000'],
    /^patchbay run: [\w.]+: computing \[.*takes .* in float64; .* are free$/m,
  ],
  'more than the machine holds': [
    ['run', 'template:vit', '--device', 'cpu', '--set', 'batch=10000000'],
    /^patchbay run: [\w.]+: it needs .* TiB at once, .*; this machine has .*iB\. Make the batch or the sizes smaller\.$/m,
  ],
  'a folder in the place of the result': [
    ['run', linear, '--device', 'reference', '--out', folder],
    /it is a folder$/m,
  ],
  'a folder to write into that is not there': [
    ['run', linear, '--device', 'reference', '--out', join(folder, 'gone', 'out.safetensors')],
    /out\.safetensors: it cannot be written \(no such file/,
  ],
};

describe('exit 1 with one line', () => {
  test.each(Object.entries(MISTAKES).map(([name, [args, line]]) => ({ name, args, line })))(
    '$name',
    async ({ args, line }) => {
      const { code, stdout, stderr } = await patchbay(args);
      expect(stderr).toMatch(line);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).not.toContain('    at ');
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    },
  );
});

const WRONG_CALLS: Readonly<Record<string, readonly [args: readonly string[], line: RegExp]>> = {
  'no command': [[], /a command is missing/],
  'no such command': [['translate', linear], /there is no command "translate"/],
  'a command of later': [['train', linear], /there is no command "train"/],
  'no graph': [['check'], /GRAPH is missing/],
  'two graphs': [['check', linear, linear], /one argument too many/],
  'no such flag': [['check', linear, '--verbose'], /--verbose/],
  'a flag without its value': [['run', linear, '--seed'], /--seed/],
  'a flag twice': [['run', linear, '--seed', '1', '--seed', '2'], /--seed is given twice/],
  'a value for a switch': [['run', linear, '--stats=yes'], /--stats/],
  'a malformed setting': [['run', linear, '--set', 'width'], /--set width: write NAME=VALUE/],
  'a malformed input': [['run', linear, '--input', 'x'], /--input x: write NAME=FILE/],
  'an input bound twice': [
    [
      'run',
      linear,
      '--input',
      `x=${tensorFile('good.safetensors', { x: [2, 4] })}`,
      '--input',
      `x=${join(folder, 'good.safetensors')}`,
    ],
    /--input x is given twice/,
  ],
  'a seed that is no number': [['run', linear, '--seed', 'NaN'], /--seed NaN: a seed is a whole number/],
  'an unknown device': [['run', linear, '--device', 'npu'], /--device npu: there are gpu, cpu and reference/],
  'text and ids for one input': [
    ['run', language, '--input', prompt('one.txt', 'a'), '--input', `input_ids=${idsFile(1)}`],
    /--input input_ids is given a tensor and something else/,
  ],
  'no tokens': [['generate', language, '--tokens', '0'], /--tokens 0: it must be a whole number from 1/],
  'a cold temperature': [['generate', language, '--temperature=-1'], /--temperature -1: it must be a number from 0/],
  'more than all': [['generate', language, '--top-p', '1.5'], /--top-p 1\.5: it must be a number from 0 to 1/],
  'weights saved nowhere': [['run', linear, '--save-weights'], /--save-weights wants --out/],
};

describe('exit 2 with usage', () => {
  test.each(Object.entries(WRONG_CALLS).map(([name, [args, line]]) => ({ name, args, line })))(
    '$name',
    async ({ args, line }) => {
      const { code, stdout, stderr } = await patchbay(args);
      expect(stderr).toMatch(line);
      expect(stderr).toContain('usage: patchbay');
      expect(stderr).not.toContain('    at ');
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    },
  );
});

test('a mistake leaves what was there', async () => {
  const out = file('kept.safetensors', 'what was there before');
  const { code } = await patchbay(['run', linear, '--device', 'reference', '--tap', 'nothing', '--out', out]);
  expect(code).toBe(1);
  expect(readFileSync(out, 'utf8')).toBe('what was there before');
  expect(existsSync(join(folder, 'gone'))).toBe(false);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
