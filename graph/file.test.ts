import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../scripts/effort.ts';
import { DocumentError, formatDocument, parseDocument, sha256 } from './file.ts';
import { FORMAT_VERSION, type PatchbayDocument } from './schema.ts';
import { documentOf, module, node, stackDocument, wire } from './testing/documents.ts';

const TEXT = formatDocument(stackDocument());

function refusal(input: string | Uint8Array): string {
  try {
    parseDocument(input);
  } catch (error) {
    if (error instanceof DocumentError) return error.message;
    throw error;
  }
  throw new Error('the input was read');
}

/** The document with one value replaced, as a text. */
function changed(change: (document: PatchbayDocument & Record<string, unknown>) => void): string {
  const document = structuredClone(stackDocument());
  change(document);
  return JSON.stringify(document, null, 1);
}

test('one record a line, fields in a fixed order', () => {
  const document = documentOf([
    module('M', {
      hyperparameters: [{ default: 8, type: 'int', name: 'embed_dim' }],
      nodes: [{ position: [0, 10], params: { in_features: 'embed_dim' }, type: 'linear', name: 'fc', id: 'a' }],
      edges: [{ to: ['a', 'input'], from: ['b', 'output'] }],
    }),
  ]);
  expect(formatDocument(document)).toBe(`{
  "format": "patchbay",
  "version": 1,
  "seed": 0,
  "main": "M",
  "presets": [],
  "modules": [
    {
      "name": "M",
      "hyperparameters": [
        {"name": "embed_dim", "type": "int", "default": 8}
      ],
      "nodes": [
        {"id": "a", "name": "fc", "type": "linear", "params": {"in_features": "embed_dim"}, "position": [0, 10]}
      ],
      "edges": [
        {"from": ["b", "output"], "to": ["a", "input"]}
      ]
    }
  ],
  "assets": []
}
`);
});

test('what is not known is kept: fields at every level, node types, parameters', () => {
  const document = stackDocument({
    nodes: [
      node('x', 'from_the_future', { knob: 1.5 }, { colour: { deep: [1, null, { a: 'b\n"c"' }] } }),
      { ...node('y', 'output'), later: true },
    ],
    edges: [{ ...wire('x.output', 'y.input'), label: 'w' }],
    later: ['m'],
  });
  const whole = { ...document, later: { '': 'empty key', ключ: '\u2028' } };
  const read = parseDocument(formatDocument(whole));
  expect(read.document).toStrictEqual(whole);
  expect(read.readOnly).toBe(false);
});

test('a file of a newer version opens read-only, as long as it has the known form', () => {
  const newer = changed((document) => {
    document.version = FORMAT_VERSION + 1;
    document['novelty'] = true;
  });
  expect(parseDocument(newer)).toMatchObject({ readOnly: true, document: { novelty: true } });
  const other = changed((document) => {
    document.version = FORMAT_VERSION + 1;
    document['seed'] = 'random' as never;
  });
  expect(refusal(other)).toBe(
    `line 4, column 10, seed: number expected, not a string (the file is of version ${FORMAT_VERSION + 1}; this Patchbay reads up to ${FORMAT_VERSION})`,
  );
});

test('what keeps a document from being shown is an error with its place', () => {
  expect(refusal('')).toBe('line 1, column 1: the file is empty');
  expect(refusal('{"format": "patchbay",\n "version"')).toBe('line 2, column 11: the file ends where ":" should stand');
  expect(refusal(TEXT.slice(0, 300))).toBe('line 14, column 18: this text has no closing quote');
  expect(refusal('{"a": 1, "a": 2}')).toBe('line 1, column 10: field "a" is given twice');
  expect(refusal('{"a": 1,}')).toBe('line 1, column 8: a comma before "}" is not allowed');
  expect(refusal("{'a': 1}")).toBe('line 1, column 2: "\'" stands where a field name in double quotes should');
  expect(refusal('{"a": 01}')).toBe('line 1, column 8: "1" stands where "," or "}" should');
  expect(refusal('{"a": 12345678901234567890}')).toContain('is too large to be kept exactly');
  expect(refusal('{"__proto__": 1}')).toBe('line 1, column 2: a field cannot be named __proto__');
  expect(refusal('['.repeat(100_000))).toBe('line 1, column 65: values are nested deeper than 64 levels');
  expect(refusal('[]')).toContain('a document is an object');
  expect(refusal('{"format": "other"}')).toBe(
    'line 1, column 12, format: this is not a Patchbay document: "format" should be "patchbay", and it is "other"',
  );
  expect(refusal('{"format": "patchbay", "version": "1"}')).toContain('"version" should be a whole number');
});

test('bytes that are no text are told by kind and place', () => {
  expect(refusal(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]))).toBe(
    'line 1, column 1: this is a PNG picture, not a Patchbay document',
  );
  expect(refusal(new Uint8Array([0x7b, 0x0a, 0x20, 0xc3, 0x28]))).toBe(
    'line 2, column 2: this is no text: byte 0x28 is not UTF-8, not a Patchbay document',
  );
  expect(refusal(new Uint8Array([0x7b, 0xe2, 0x82]))).toContain('byte 0x82 is not UTF-8');
  expect(parseDocument(new TextEncoder().encode(`\uFEFF${TEXT}`)).document).toStrictEqual(stackDocument());
  expect(parseDocument(`\uFEFF${TEXT}`).document).toStrictEqual(stackDocument());
});

test('wrong fields are told by path, line and column', () => {
  expect(refusal(changed(({ modules }) => ((modules[0]!.nodes[0]!.position as unknown) = ['a', 0])))).toMatch(
    /^line \d+, column \d+, modules\[0\]\.nodes\[0\]\.position\[0\]: number expected, not a string$/,
  );
  expect(refusal(changed(({ modules }) => (modules[0]!.nodes[0]!.name = 'a b')))).toContain(
    'modules[0].nodes[0].name: a name is an identifier or a number',
  );
  expect(refusal(changed(({ modules }) => ((modules[0]!.nodes[1] as { repeat: unknown }).repeat = [])))).toContain(
    'modules[0].nodes[1].repeat: number or string expected, not a list',
  );
  expect(refusal(changed((document) => Reflect.deleteProperty(document, 'presets')))).toContain(
    'presets: this field is missing; array expected',
  );
  expect(refusal(changed((document) => (document.main = 'Nowhere')))).toContain(
    'main: the main module "Nowhere" is not among the modules',
  );
});

test.each<[string, (document: PatchbayDocument) => unknown, string]>([
  ['modules', ({ modules }) => modules.push(modules[0]!), 'modules[2].name: there are two modules of name "Model"'],
  [
    'nodes',
    ({ modules: [first] }) => first!.nodes.push(first!.nodes[0]!),
    'nodes[4].id: there are two nodes of id "pixel_values"',
  ],
  [
    'wires',
    ({ modules: [first] }) => first!.edges.push(first!.edges[0]!),
    'edges[3]: there are two wires between the same ports',
  ],
  ['presets', ({ presets }) => presets.push(presets[0]!), 'presets[2].name: there are two presets of name "live"'],
  [
    'sizes',
    ({ modules: [first] }) => first!.sizes!.push({ name: 'depth', default: 1 }),
    'sizes[1].name: "depth" names a hyperparameter and a size',
  ],
])('%s that could not be told apart are an error', (_, change, message) => {
  expect(refusal(changed(change))).toContain(message);
});

test('what does not keep it from being shown is reported, and kept', () => {
  const text = changed((document) => {
    document.preset = 'liv';
    document.presets[0]!.values['depht'] = 1;
    document.modules[0]!.nodes.push({ ...node('other', 'gelu'), name: 'norm' });
    document.modules[0]!.edges.push(wire('gone.output', 'other.input'), wire('norm.output', 'gone.input'));
  });
  const { document, problems } = parseDocument(text);
  expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
    'warning preset.unknown',
    'warning preset.unknown-name',
    'error name.duplicate',
    'error edge.no-node',
    'error edge.no-node',
  ]);
  expect(JSON.stringify(document, null, 1)).toBe(text);
});

test('any bytes are read, or refused by a DocumentError with a place', () => {
  const bytes = new TextEncoder().encode(TEXT);
  const cut = fc.nat(bytes.length).map((length) => bytes.slice(0, length));
  const mutated = fc
    .array(
      fc.tuple(
        fc.nat(bytes.length - 1),
        fc.oneof(fc.nat(255), fc.constantFrom(...'{}[]",:-0e\\'.split('').map((one) => one.charCodeAt(0)))),
      ),
      {
        minLength: 1,
        maxLength: 5,
      },
    )
    .map((changes) => {
      const copy = bytes.slice();
      for (const [at, byte] of changes) copy[at] = byte;
      return copy;
    });
  const json = fc.json({ maxDepth: 6 }).map((text) => new TextEncoder().encode(text));
  const replaced = fc.tuple(fc.nat(400), fc.jsonValue()).map(([at, value]) => {
    let index = 0;
    const text = JSON.stringify(JSON.parse(TEXT), (_, old: unknown) => (index++ === at ? value : old));
    return new TextEncoder().encode(text ?? '');
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), cut, mutated, json, replaced), (input) => {
      try {
        const { document } = parseDocument(input);
        expect(parseDocument(formatDocument(document)).document).toStrictEqual(document);
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error;
        expect(error.line).toBeGreaterThanOrEqual(1);
        expect(error.column).toBeGreaterThanOrEqual(1);
      }
    }),
    { numRuns: runs(1500) },
  );
});

test('sha256 of a text and of bytes', async () => {
  const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(await sha256('abc')).toBe(hash);
  expect(await sha256(new Uint8Array([97, 98, 99]))).toBe(hash);
});
