import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { elaborate } from '../graph/elaborate.ts';
import { parsePattern } from '../graph/patterns.ts';
import { FORMAT_VERSION, schemas, NAME, type LibraryNode, type PatchbayDocument } from '../graph/schema.ts';
import { NODES } from './registry.ts';

const DEFINITIONS = [...NODES.values()];
const AREAS = ['input', 'vision', 'tensor', 'math', 'port', 'language', 'view', 'multimodal', 'loss'];
const HELPERS = new Set([
  'dims.ts',
  'elementwise.ts',
  'token-parameters.ts',
  'unary.ts',
  'logical.ts',
  'reduction.ts',
  'positions.ts',
]);

test('every node file has its line in the registry, and every type its own name', () => {
  const files = AREAS.flatMap((area) => readdirSync(join(import.meta.dirname, area))).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !HELPERS.has(file),
  );
  const types = files.map((file) => file.replace('.ts', '').replaceAll('-', '_'));
  expect([...NODES.keys()].toSorted()).toEqual(types.toSorted());
});

test.for(DEFINITIONS)('$type explains itself', (definition) => {
  expect(definition.help.length).toBeGreaterThan(100);
  expect(definition.help).toMatch(/[.)]$/);
  expect(definition.title).toMatch(/^[A-Z]/);
  // What only shows has no value of its own to preview.
  expect([definition.preview, definition.view].filter((shown) => shown !== undefined)).toHaveLength(1);
  expect(definition.view !== undefined).toBe(definition.category === 'view');
  if (definition.reference) expect(definition.reference.url).toMatch(/^https:\/\//);
  else expect(definition.category).toBe('port');
  for (const part of [...definition.inputs, ...definition.outputs, ...definition.params]) {
    expect(part.help, part.name).toMatch(/^.+\.$/);
  }
});

test.for(DEFINITIONS)('$type has sound ports and parameters', (definition) => {
  expect(definition.type).toMatch(NAME);
  for (const ports of [definition.inputs, definition.outputs, definition.params]) {
    expect(new Set(ports.map(({ name }) => name)).size).toBe(ports.length);
  }
  for (const { shape } of definition.inputs) expect(() => parsePattern(shape)).not.toThrow();
  for (const { shape } of definition.outputs) {
    if (shape !== undefined) expect(() => parsePattern(shape)).not.toThrow();
    else if (definition.type !== 'input') expect(definition.infer).toBeDefined();
  }
  for (const { type, choices, default: standard } of definition.params) {
    expect(choices !== undefined).toBe(type === 'choice');
    if (choices) expect(choices).toContain(standard);
  }
});

test.for(DEFINITIONS)('a new $type has no problem but what it is not given', (definition) => {
  const node: LibraryNode = { id: 'node', name: 'node', type: definition.type, position: [0, 0] };
  const tree = elaborate(documentOf(node), NODES);
  const problems = tree.problems.filter(({ code }) => !['input.unconnected', 'output.unconnected'].includes(code));
  expect(problems).toEqual([]);
  const leaf = tree.byPath.get('node');
  if (leaf?.kind === 'leaf') expect(definition.check?.(leaf.params) ?? []).toEqual([]);
});

function documentOf(node: LibraryNode): PatchbayDocument {
  const main = schemas().module.parse({ name: 'Main', hyperparameters: [], nodes: [node], edges: [] });
  return {
    format: 'patchbay',
    version: FORMAT_VERSION,
    seed: 0,
    main: 'Main',
    presets: [],
    modules: [main],
    assets: [],
  };
}
