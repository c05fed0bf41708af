import { expect, test } from 'vitest';
import { FormatError } from './format-error.ts';
import { parseSafetensorsIndex, shardFault } from './safetensors-index.ts';

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
