import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../scripts/effort.ts';
import { CaptionError, oneLine, parseCaptions, readCaptions } from './captions.ts';

const RUNS = { numRuns: runs(200) };
const name = fc.stringMatching(/^[A-Za-z0-9 _-]{1,12}\.png$/);
const table = fc.uniqueArray(fc.tuple(name, fc.string({ unit: 'grapheme' })), { selector: ([file]) => file });

test('CSV: what is written comes back, whatever is in a caption', () => {
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, end) => {
      const text = ['file_name,text', ...rows.map((row) => row.map(quote).join(','))].join(end);
      const expected = rows.map(([file, caption]) => [file, oneLine(caption)]);
      expect([...parseCaptions('metadata.csv', text)]).toEqual(expected);
    }),
    RUNS,
  );
});

test('JSON Lines: what is written comes back', () => {
  fc.assert(
    fc.property(table, (rows) => {
      const text = rows.map(([file_name, text]) => JSON.stringify({ file_name, text })).join('\n');
      expect([...parseCaptions('metadata.jsonl', text)]).toEqual(rows.map(([file, text]) => [file, oneLine(text)]));
    }),
    RUNS,
  );
});

test('other names of columns, other columns, folders before the name, a mark at the start', () => {
  const csv = '\uFEFFid,Image,Caption\n1,train/a.png,"A cat,\nsleeping"\n\n2,b.png,a dog\n';
  expect([...parseCaptions('captions.CSV', csv)]).toEqual([
    ['a.png', 'A cat, sleeping'],
    ['b.png', 'a dog'],
  ]);
  expect([...parseCaptions('x.jsonl', '{"path": "c\\\\d.png", "description": "two birds"}\n\n')]).toEqual([
    ['d.png', 'two birds'],
  ]);
});

test('what spreadsheets write: semicolons, tabs, UTF-16', () => {
  const expected = [['a.png', 'a cat, asleep']];
  expect([...parseCaptions('a.csv', 'file;text\r\na.png;a cat, asleep\r\n')]).toEqual(expected);
  const tabs = 'file\ttext\na.png\ta cat, asleep\n';
  expect([...parseCaptions('a.csv', tabs)]).toEqual(expected);
  const utf16 = Uint8Array.from(Buffer.from(`\uFEFF${tabs}`, 'utf16le'));
  expect([...readCaptions('a.csv', utf16)]).toEqual(expected);
  expect([...readCaptions('a.csv', Buffer.from(utf16).swap16())]).toEqual(expected);
  expect([...readCaptions('a.jsonl', new TextEncoder().encode('\uFEFF{"file": "é.png", "text": "ü"}'))]).toEqual([
    ['é.png', 'ü'],
  ]);
  const latin1 = Uint8Array.from(Buffer.from('file,text\na.png,ü\n', 'latin1'));
  expect(() => readCaptions('a.csv', latin1)).toThrow(/^a\.csv, line 2: it is not UTF-8 text/);
});

test.for([
  ['an empty file', 'a.csv', '', /a\.csv: it is empty/],
  ['no column for pictures', 'a.csv', 'name,text\n', /first line names no column file_name/],
  ['no column for captions', 'a.csv', 'file,words\n', /first line names no column text/],
  ['a row that is too short', 'a.csv', 'file,text\n\na.png\n', /a\.csv, line 3: it has 1 cells, the header 2/],
  [
    'a comma without quotes',
    'a.csv',
    'file,text\na.png,a cat, asleep\n',
    /line 2: it has 3 cells, the header 2; .*quotes/,
  ],
  ['an open quote', 'a.csv', 'file,text\na.png,"a cat\n', /a\.csv, line 2: a quote is not closed/],
  ['a picture twice', 'a.csv', 'file,text\na.png,x\nb/a.png,y\n', /line 3: a\.png has a caption already/],
  ['no JSON', 'a.jsonl', '{"file": "a.png", "text": "x"}\n[\n', /a\.jsonl, line 2: it is no JSON object/],
  ['no picture', 'a.jsonl', '{"text": "x"}', /line 1: it has no file_name/],
  ['no caption', 'a.jsonl', '{"file": "x"}', /line 1: it has no text/],
] as const)('%s is refused with its line', ([, file, text, message]) => {
  const parse = (): unknown => parseCaptions(file, text);
  expect(parse).toThrow(CaptionError);
  expect(parse).toThrow(message);
});

test('no text, however malformed, throws anything else', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', '{', '}', ':', 'text', 'file') }),
      (text) => {
        for (const file of ['a.csv', 'a.jsonl']) {
          try {
            parseCaptions(file, text);
          } catch (error) {
            expect(error).toBeInstanceOf(CaptionError);
          }
        }
      },
    ),
    RUNS,
  );
});
