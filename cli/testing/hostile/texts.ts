/** Hostile tokenizer.json files, and files of captions. */
import { table, type HostileFile } from './hostile-file.ts';

type Json = Readonly<Record<string, unknown>>;

const WORDS = {
  version: '1.0',
  added_tokens: [
    { id: 1, content: '[CLS]', special: true, single_word: false, lstrip: false, rstrip: false, normalized: false },
  ],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'WhitespaceSplit' },
  post_processor: null,
  decoder: null,
  model: { type: 'WordLevel', unk_token: '[UNK]', vocab: { '[UNK]': 0, '[CLS]': 1, a: 2, red: 3, circle: 4 } },
};
const BPE = { ...WORDS, model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'], unk_token: 'a' } };

const file = (change: Json) => () => JSON.stringify({ ...WORDS, ...change });
const model = (change: Json) => () => JSON.stringify({ ...WORDS, model: { ...WORDS.model, ...change } });
const bpe = (change: Json) => () => JSON.stringify({ ...BPE, model: { ...BPE.model, ...change } });
const split = (pattern: string) =>
  file({ pre_tokenizer: { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false } });
/** As text: what writes JSON would fail at this depth itself. */
const steps = (depth: number) => () =>
  JSON.stringify({ ...WORDS, normalizer: 'HERE' }).replace(
    '"HERE"',
    `${'{"type":"Sequence","normalizers":['.repeat(depth)}{"type":"Lowercase"}${']}'.repeat(depth)}`,
  );
const unusable = /it cannot be used|it is no tokenizer.json: model/;
/** Read or refused: either is right, as long as it is done well. */
const odd = /^|read/;

export const TOKENIZERS: readonly HostileFile[] = table('tokenizer', [
  ['nothing', () => '', /it is no JSON \(line 1, column 1: the file is empty/],
  ['a list', () => '[]', /it is no tokenizer.json: the whole/],
  ['null', () => 'null', /it is no tokenizer.json: the whole/],
  ['an object of nothing', () => '{}', /it is no tokenizer.json: model/],
  ['cut in the middle', () => JSON.stringify(WORDS).slice(0, 100), /it is no JSON \(line 1, column \d+/],
  ['a word outside of quotes on line 3', () => '{\n"model":\nx}', /it is no JSON \(line 3, column 1/],
  [
    'nested a million times',
    () => '['.repeat(1_000_000),
    /it is no JSON \(line 1, column 65: values are nested deeper/,
  ],
  ['a model without a vocabulary', file({ model: { type: 'BPE' } }), /model.vocab/],
  ['a model of a kind that is not known', model({ type: 'Oracle' }), unusable],
  ['a model called constructor', model({ type: 'constructor' }), unusable],
  ['a vocabulary that is a text', model({ vocab: 'a' }), /model.vocab/],
  ['a vocabulary of texts', model({ vocab: { a: '0' } }), /model.vocab/],
  ['an id that is negative', model({ vocab: { a: -1 } }), /model.vocab/],
  ['an id of a half', model({ vocab: { a: 0.5 } }), /model.vocab/],
  ['an id of 10^15', model({ vocab: { a: 1e15 } }), /model.vocab/],
  ['an id of 10^9', model({ vocab: { a: 1e9 } }), 'read'],
  ['an added id of 10^15', file({ added_tokens: [{ id: 1e15, content: 'x', special: true }] }), /added_tokens.0.id/],
  ['an added token of no text', file({ added_tokens: [{ id: 5, content: '', special: true }] }), odd],
  ['two tokens of one id', model({ vocab: { a: 0, b: 0 } }), 'read'],
  ['a token called __proto__', () => JSON.stringify(WORDS).replace('"circle"', '"__proto__"'), odd],
  [
    'tokens called constructor and toString',
    model({ vocab: { constructor: 0, toString: 1, hasOwnProperty: 2, '[UNK]': 3 } }),
    'read',
  ],
  ['a token of a megabyte', model({ vocab: { '[UNK]': 0, ['x'.repeat(1 << 20)]: 1 } }), 'read'],
  [
    '200,000 tokens',
    () =>
      JSON.stringify({
        ...WORDS,
        model: {
          ...WORDS.model,
          vocab: Object.fromEntries(Array.from({ length: 200_000 }, (_, id) => [`token${id}`, id])),
        },
      }),
    'read',
  ],
  ['no unknown token', model({ unk_token: null }), odd],
  ['an unknown token that is not there', model({ unk_token: 'nobody' }), odd],
  ['merges that are a text', bpe({ merges: 'a b' }), odd],
  ['merges of one part', bpe({ merges: ['a'] }), odd],
  ['merges of numbers', bpe({ merges: [1, 2] }), odd],
  ['merges of tokens that there are not', bpe({ merges: ['x y', 'y z'] }), odd],
  ['100,000 merges', bpe({ merges: Array.from({ length: 100_000 }, (_, index) => `a${index} b`) }), odd],
  ['a pattern that takes for ever', split('(a+)+$'), /pre_tokenizer.pattern.Regex: repeating "\(a\+\)" takes for ever/],
  ['a choice that takes for ever', split('(?:a|a)*$'), /pre_tokenizer.pattern.Regex: repeating/],
  [
    'a normalizer that takes for ever',
    file({ normalizer: { type: 'Replace', pattern: { Regex: '(\\s*)*x' }, content: '' } }),
    /normalizer.pattern.Regex: repeating/,
  ],
  ['a pattern that is none', split('('), unusable],
  [
    'a pattern that is a number',
    file({ pre_tokenizer: { type: 'Split', pattern: { Regex: 7 }, behavior: 'Isolated' } }),
    odd,
  ],
  ['a pattern of nothing', split(''), odd],
  ['a step of a kind that is not known', file({ normalizer: { type: 'Oracle' } }), unusable],
  ['steps nested 10,000 times', steps(10_000), /normalizer.*nested deeper than 32 levels/],
  ['a post-processor that is none', file({ post_processor: { type: 'TemplateProcessing', single: 'x' } }), odd],
  ['a decoder of a kind that is not known', file({ decoder: { type: 'Oracle' } }), odd],
]);

const caption = (format: 'csv' | 'jsonl', rows: Parameters<typeof table>[1]) => table(format, rows);

export const CAPTIONS: readonly HostileFile[] = [
  ...caption('csv', [
    ['nothing', () => '', /metadata.csv: it is empty/],
    ['line breaks alone', () => '\n'.repeat(100_000), /metadata.csv/],
    ['a header alone', () => 'file_name,text\n', 'read'],
    ['a header of other columns', () => 'a,b\n1,2\n', /metadata.csv: its first line names no column file_name/],
    ['zeros', () => new Uint8Array(1000), /metadata.csv: its first line/],
    [
      'a byte that is no text, on line 3',
      () => Buffer.concat([Buffer.from('file_name,text\na,b\n'), Buffer.from([0xff])]),
      /metadata.csv, line 3: it is not UTF-8 text/,
    ],
    ['a quote that is not closed', () => 'file_name,text\na,"b\n', /metadata.csv, line 2: a quote is not closed/],
    [
      'a quote that is not closed for 20 MB',
      () => `file_name,text\na,"${'b'.repeat(20_000_000)}`,
      /metadata.csv, line 2: a quote is not closed/,
    ],
    ['a quote inside a cell', () => 'file_name,text\na,b"c"\n', /metadata.csv, line 2/],
    ['a cell of 20 MB', () => `file_name,text\na,"${'b""'.repeat(7_000_000)}"\n`, 'read'],
    ['20 MB of quotes', () => `file_name,text\na,${'"'.repeat(20_000_001)}`, /metadata.csv, line 2/],
    ['a row of too many cells', () => 'file_name,text\na,b,c\n', /metadata.csv, line 2: it has 3 cells/],
    [
      'a row of a million cells',
      () => `file_name,text\n${'a,'.repeat(1_000_000)}\n`,
      /metadata.csv, line 2: it has 1000001 cells/,
    ],
    ['a header of a million columns', () => `${'a,'.repeat(1_000_000)}file_name,text\n`, 'read'],
    ['a picture twice', () => 'file_name,text\na,b\nx/a,c\n', /metadata.csv, line 3: a has a caption already/],
    [
      'a name of a megabyte twice',
      () => `file_name,text\n${`${'n'.repeat(1 << 20)},b\n`.repeat(2)}`,
      /metadata.csv, line 3: n+…n+ has a caption already/,
    ],
    ['a picture called __proto__', () => 'file_name,text\n__proto__,b\n', 'read'],
    ['a formula', () => 'file_name,text\na,"=cmd|\' /C calc\'!A0"\n', 'read'],
    [
      'UTF-16 that is cut',
      () => Buffer.concat([Buffer.from('\uFEFFfile_name,text\na,b', 'utf16le'), Buffer.from([0])]),
      /metadata.csv: it is not UTF-8 text/,
    ],
    [
      '200,000 rows',
      () => `file_name,text\n${Array.from({ length: 200_000 }, (_, index) => `${index}.png,a caption\n`).join('')}`,
      'read',
    ],
  ]),
  ...caption('jsonl', [
    ['no JSON', () => 'x', /metadata.jsonl, line 1: it is no JSON object/],
    ['lists', () => '[]\n[]', /metadata.jsonl, line 1: it has no file_name/],
    ['null', () => 'null', /metadata.jsonl, line 1: it is no JSON object/],
    ['a name that is a number', () => '{"file_name":7,"text":"a"}', /metadata.jsonl, line 1: it has no file_name/],
    [
      'no caption, on line 4',
      () => '{"file_name":"a","text":"a"}\n\n\n{"file_name":"b"}',
      /metadata.jsonl, line 4: it has no text/,
    ],
    ['nested a million times', () => '['.repeat(1_000_000), /metadata.jsonl, line 1/],
    [
      '__proto__ with a name',
      () => '{"__proto__":{"file_name":"a","text":"b"}}',
      /metadata.jsonl, line 1: it has no file_name/,
    ],
    ['a million empty lines', () => '\n'.repeat(1_000_000), 'read'],
  ]),
];

export const GOOD_TOKENIZER = new TextEncoder().encode(JSON.stringify(WORDS, null, 1));
export const GOOD_BPE = new TextEncoder().encode(JSON.stringify(BPE));
export const GOOD_CSV = new TextEncoder().encode(
  'file_name,text\ncat.png,"a cat, ""sleeping"""\ndog.png,a dog\n"new\nline.png",x\n',
);
export const GOOD_JSONL = new TextEncoder().encode(
  '{"file_name":"cat.png","text":"a cat"}\n{"file_name":"dog.png","text":"a dog"}\n',
);
