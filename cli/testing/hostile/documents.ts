/** Hostile .patchbay files. */
import type { PatchbayDocument } from '../../../graph/schema.ts';
import { document, LINEAR, node, textOf, wire } from '../documents.ts';
import { table, type HostileFile } from './hostile-file.ts';

const GOOD = textOf(LINEAR);

/** The good document with one thing written otherwise. */
function replaced(what: string | RegExp, by: string): () => string {
  return () => {
    const text = GOOD.replace(what, () => by);
    if (text === GOOD) throw new Error(`${String(what)} is not in the document`);
    return text;
  };
}

/** The good document with a parameter of its layer written otherwise. */
function layer(params: Record<string, string | number | boolean>): () => string {
  return () =>
    textOf(
      document(
        [node('x', 'random_tensor', { shape: 'batch, width' }), node('layer', 'linear', params), node('y', 'output')],
        LINEAR.modules[0]!.edges,
      ),
    );
}

function shaped(shape: string): () => string {
  return () =>
    textOf(document([node('x', 'random_tensor', { shape }), node('y', 'output')], [wire('x.output', 'y.input')]));
}

/** `depth` modules, each of which holds the next one `times` times. */
function modules(depth: number, times: number, repeat: number | string = 1): () => string {
  const named = (level: number): PatchbayDocument['modules'][number] => ({
    name: level === 0 ? 'Main' : `M${level}`,
    hyperparameters: [],
    nodes: Array.from({ length: times }, (_, index) => ({
      id: `n${index}`,
      name: `n${index}`,
      module: `M${level + 1}`,
      repeat,
      params: {},
      position: [0, 0] as [number, number],
    })),
    edges: [],
  });
  const leaf = { name: `M${depth}`, hyperparameters: [], nodes: [], edges: [] };
  return () => textOf({ ...LINEAR, modules: [...Array.from({ length: depth }, (_, level) => named(level)), leaf] });
}

const bytes = (...values: number[]) => Uint8Array.from(values);

export const DOCUMENTS: readonly HostileFile[] = table('patchbay', [
  ['nothing', () => '', /line 1, column 1: the file is empty/],
  ['spaces', () => ' \n'.repeat(100_000), /the file is empty/],
  ['zeros', () => new Uint8Array(1 << 20), /line 1, column 1/],
  ['a byte order mark alone', () => '\uFEFF', /the file is empty/],
  ['UTF-16', () => new Uint8Array(Buffer.from(`\uFEFF${GOOD}`, 'utf16le')), /line 1, column 1: this is text in UTF-16/],
  ['a PNG picture', () => bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), /this is a PNG picture/],
  ['a ZIP archive', () => bytes(0x50, 0x4b, 3, 4, 0, 0), /this is a ZIP archive/],
  [
    'a byte that is no text',
    () => Buffer.concat([Buffer.from(GOOD.slice(0, 40)), bytes(0xff), Buffer.from(GOOD.slice(40))]),
    /line 3, column \d+: this is no text: byte 0xff/,
  ],
  [
    'overlong UTF-8',
    () => Buffer.concat([Buffer.from('{"format": "'), bytes(0xc0, 0xaf), Buffer.from('"}')]),
    /line 1, column 13/,
  ],
  ['cut in the middle', () => GOOD.slice(0, GOOD.length >> 1), /line \d+, column \d+/],
  ['cut before its end', () => GOOD.trimEnd().slice(0, -1), /line \d+, column \d+: the file ends/],
  ['more after its end', () => `${GOOD}{}`, /line \d+, column 1: "{" stands where the end/],
  ['a list', () => '[]', /line 1, column 1: a document is an object/],
  ['null', () => 'null', /a document is an object/],
  ['a number', () => '1e5', /a document is an object/],
  ['no format', () => '{}', /line 1, column 1: this is not a Patchbay document/],
  ['a format of a megabyte', () => `{"format":"${'x'.repeat(1 << 20)}"}`, /line 1, column 11, format: this is not/],
  ['a format that is nested', () => `{"format":${'['.repeat(60)}${']'.repeat(60)}}`, /this is not a Patchbay document/],
  ['nested a million times', () => '['.repeat(1_000_000), /line 1, column 65: values are nested deeper than 64/],
  ['objects nested a million times', () => '{"a":'.repeat(1_000_000), /values are nested deeper than 64/],
  ['a field twice', replaced('"seed": 0', '"seed": 0, "seed": 1'), /line 4, column \d+: field "seed" is given twice/],
  ['a field twice, one of them escaped', replaced('"seed": 0', '"seed": 0, "s\\u0065ed": 1'), /given twice/],
  [
    '__proto__',
    replaced('"seed": 0', '"seed": 0, "__proto__": {"main": "x"}'),
    /line 4, column \d+: a field cannot be named __proto__/,
  ],
  ['constructor and prototype', replaced('"seed": 0', '"seed": 0, "constructor": {"prototype": {"x": 1}}'), 'read'],
  ['toString as a parameter', layer({ toString: 1, in_features: 'width', out_features: 3 }), 'read'],
  [
    'a name of a megabyte',
    replaced('"main": "Main"', `"main": "${'x'.repeat(1 << 20)}"`),
    /main: the main module "x+…x+" is not among/,
  ],
  [
    'a name with line breaks',
    replaced('"main": "Main"', '"main": "\\n\\n    at Object.<anonymous>"'),
    /main: the main module " +at Object/,
  ],
  ['NaN', replaced('"seed": 0', '"seed": NaN'), /line 4, column \d+: "N" stands where a value should/],
  ['Infinity', replaced('"seed": 0', '"seed": 1e999'), /too large to be kept exactly/],
  [
    'a number of a million digits',
    replaced('"seed": 0', `"seed": ${'9'.repeat(1_000_000)}`),
    /too large to be kept exactly/,
  ],
  ['a fraction of a million digits', replaced('"default": 4', `"default": 4.${'0'.repeat(1_000_000)}`), 'read'],
  ['a comment', replaced('"seed": 0', '/* */ "seed": 0'), /line 4, column 3/],
  ['a trailing comma', replaced('"assets": []', '"assets": [],'), /a comma before/],
  ['single quotes', () => GOOD.replaceAll('"', "'"), /line 2, column 3/],
  ['version 0', replaced('"version": 1', '"version": 0'), /line 3, column \d+, version/],
  ['version -1', replaced('"version": 1', '"version": -1'), /version/],
  ['version 1.5', replaced('"version": 1', '"version": 1.5'), /version/],
  ['version 2^53', replaced('"version": 1', '"version": 9007199254740993'), /too large to be kept exactly/],
  ['a version of the far future', replaced('"version": 1', '"version": 1000000'), 'read'],
  ['modules that are none', replaced('"presets": []', '"presets": {}'), /presets: array expected, not an object/],
  ['a position of NaN', replaced('"position": [0, 0]', '"position": [null, 0]'), /modules\[0\]\.nodes\[0\]\.position/],
  ['a position beyond all', replaced('"position": [0, 0]', '"position": [1e308, -1e308]'), 'read'],
  ['two nodes of one id', replaced('"id": "layer"', '"id": "x"'), /two nodes of id "x"/],
  ['a wire to nowhere', replaced('["y", "input"]', '["nobody", "input"]'), /nobody/],
  ['a wire from itself', replaced('["x", "output"]', '["layer", "output"]'), /layer|cycle|itself/],
  ['an unknown type of a megabyte', replaced('"type": "linear"', `"type": "${'x'.repeat(1 << 20)}"`), /layer/],
  ['a type called __proto__', replaced('"type": "linear"', '"type": "__proto__"'), /layer/],
  ['a type called constructor', replaced('"type": "linear"', '"type": "constructor"'), /layer/],
  [
    'an expression nested 100,000 times',
    layer({ in_features: `${'('.repeat(100_000)}4${')'.repeat(100_000)}`, out_features: 3 }),
    /layer/,
  ],
  ['an expression of 100,000 terms', layer({ in_features: `4${' + 0'.repeat(100_000)}`, out_features: 3 }), /layer/],
  ['a tower of powers', layer({ in_features: '9 ** 9 ** 9 ** 9', out_features: 3 }), /layer/],
  [
    'an expression that calls',
    layer({ in_features: "constructor.constructor('return process')()", out_features: 3 }),
    /layer/,
  ],
  ['an expression that reads the prototype', layer({ in_features: 'width.__proto__', out_features: 3 }), /layer/],
  ['division by zero', layer({ in_features: 'width // 0', out_features: 3 }), /layer/],
  ['a layer of 10^9 by 10^9', layer({ in_features: 1e9, out_features: 1e9 }), /layer/],
  ['a layer of a negative width', layer({ in_features: -4, out_features: 3 }), /layer/],
  ['a layer of half a unit', layer({ in_features: 4.5, out_features: 3 }), /layer/],
  ['a shape of 10^18 numbers', shaped('1000000, 1000000, 1000000'), 'read'],
  ['a shape beyond integers', shaped('9007199254740993'), /x/],
  ['a shape of 100,000 axes', shaped('1, '.repeat(100_000)), /x/],
  ['a shape of 1e999', shaped('1e999'), /x/],
  ['a shape of nothing', shaped(','), /x/],
  [
    'a module in itself',
    replaced(
      '"type": "linear", "params": {"in_features": "width", "out_features": 3}',
      '"module": "Main", "params": {}',
    ),
    /layer/,
  ],
  ['modules 100 deep', modules(100, 1), /deep|64|M\d+/],
  ['modules that unfold to 2^30', modules(30, 2), /instances|20,?000|M\d+/],
  ['modules that unfold to 10^60', modules(60, 10), /instances|20,?000|M\d+/],
  ['a stack of 10^9 layers', modules(1, 1, 1e9), /n0/],
  ['a stack of -1 layers', modules(1, 1, -1), /n0/],
  ['a stack of a tower of powers', modules(1, 1, '9 ** 9 ** 9'), /n0/],
  [
    '20,000 nodes of one name',
    () =>
      textOf(
        document(
          Array.from({ length: 20_000 }, (_, index) => ({ ...node('same', 'add'), id: String(index) })),
          [],
        ),
      ),
    /same/,
  ],
  [
    '20,000 wires to one port',
    () =>
      textOf(
        document([node('x', 'random_tensor', { shape: '1' }), node('y', 'output')], [wire('x.output', 'y.input')]),
      ).replace('"edges": [', `"edges": [${'{"from": ["x", "output"], "to": ["y", "input"]},'.repeat(20_000)}`),
    /two wires between the same ports/,
  ],
  [
    'a picture that is not base64',
    () =>
      textOf({ ...LINEAR, assets: [{ id: 'a', name: 'a', mime: 'image/png', sha256: '0'.repeat(64), data: '%%%' }] }),
    /assets\[0\]\.data: this is not base64/,
  ],
  [
    'a hash of another length',
    () =>
      textOf({
        ...LINEAR,
        assets: [{ id: 'a', name: 'a', mime: 'image/png', sha256: '0', path: '../../../etc/passwd' }],
      }),
    /assets\[0\]\.sha256/,
  ],
]);

export const GOOD_DOCUMENT = new TextEncoder().encode(GOOD);
