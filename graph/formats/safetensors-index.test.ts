import { expect, test } from 'vitest';
import { FormatError } from './format-error.ts';
import { numberedParts, numberedPartsOf, parseSafetensorsIndex, shardFault } from './safetensors-index.ts';

const FIRST = 'model-00001-of-00002.safetensors';
const SECOND = 'model-00002-of-00002.safetensors';

test('an index says which tensors each file has', () => {
  const text = JSON.stringify({
    metadata: { total_size: 12 },
    weight_map: { 'a.weight': FIRST, 'b.weight': SECOND, __proto__x: FIRST, 'a.bias': FIRST },
  });
  expect(parseSafetensorsIndex(text)).toEqual(
    new Map([
      [FIRST, new Set(['a.weight', '__proto__x', 'a.bias'])],
      [SECOND, new Set(['b.weight'])],
    ]),
  );
  expect(parseSafetensorsIndex('{"weight_map": {}}').size).toBe(0);
});

test.each([
  ['', /^safetensors index, character 0: the file is empty/],
  ['[]', /weight_map: there is no object/],
  ['{"weight_map": []}', /weight_map: there is no object/],
  ['{"weight_map": {"a": 1}}', /tensor "a": its file is not a string/],
  ['{"weight_map": {"a": "x", "a": "y"}}', /character \d+/],
  ...['../x.safetensors', '/etc/passwd', 'C:x', 'a\\b', '..', ''].map((file) => [
    JSON.stringify({ weight_map: { a: file } }),
    /tensor "a": .*is not the name of a file beside the index/,
  ]),
  ...['x', 'x.bin', '.env', 'x.safetensors ', 'x.safetensors.pem'].map((file) => [
    JSON.stringify({ weight_map: { a: file } }),
    /tensor "a": .*is no \.safetensors file/,
  ]),
] as [string, RegExp][])('%s is no index', (text, message) => {
  expect(() => parseSafetensorsIndex(text)).toThrow(FormatError);
  expect(() => parseSafetensorsIndex(text)).toThrow(message);
});

test('a file is the one that the index means if it has what is placed there, and nothing else', () => {
  const named = new Set(['a', 'b']);
  expect(shardFault(named, ['b', 'a'])).toBeNull();
  expect(shardFault(named, ['a'])).toMatch(/"b" is missing/);
  expect(shardFault(named, ['a', 'b', 'c'])).toMatch(/"c" is elsewhere/);
});

test('parts number themselves: all of one checkpoint and nothing else, in whatever order', () => {
  expect(numberedParts([SECOND, FIRST])).toEqual({ index: 'model.safetensors.index.json', parts: [FIRST, SECOND] });
  const one = 'a-00001-of-00001.safetensors';
  expect(numberedParts([one])).toEqual({ index: 'a.safetensors.index.json', parts: [one] });
  for (const names of [
    [],
    [FIRST],
    [FIRST, FIRST],
    [FIRST, SECOND, one],
    [FIRST, 'other-00002-of-00002.safetensors'],
    [FIRST, 'model-00003-of-00002.safetensors'],
    ['model-00000-of-00002.safetensors', FIRST],
    [FIRST, 'model-00002-of-00003.safetensors'],
    ['model.safetensors'],
    ['model-00000-of-00000.safetensors'],
  ]) {
    expect(numberedParts(names), names.join()).toBeNull();
  }
});

test('of a folder without an index the parts are those that it would be of, unless two could be meant', () => {
  const index = 'model.safetensors.index.json';
  const others = ['model.safetensors', 'model-00001-of-00003.safetensors', 'n-00001-of-00001.safetensors', 'x.json'];
  expect(numberedPartsOf(index, [...others, SECOND, FIRST])?.parts).toEqual([FIRST, SECOND]);
  expect(numberedPartsOf(index, [...others, SECOND])).toBeNull();
  expect(numberedPartsOf(index, [SECOND, FIRST, 'model-00001-of-00001.safetensors'])).toBeNull();
  expect(numberedPartsOf('model.index.json', [FIRST, SECOND])).toBeNull();
});
