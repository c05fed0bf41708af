import { expect, test } from 'vitest';
import { documentOf, instance, module } from '../../graph/testing/documents.ts';
import { NODES } from '../../nodes/registry.ts';
import { countUses, moduleRows } from './module-rows.ts';

const ORIGIN = { library: 'patchbay', name: 'Shipped', version: 1 };
const DOCUMENT = documentOf([
  module('Main', { nodes: [instance('a', 'Outer'), instance('b', 'Inner', undefined, { repeat: 3 })] }),
  module('Shipped', { origin: ORIGIN }),
  module('Outer', { nodes: [instance('c', 'Inner')] }),
  module('Inner', {}),
  module('Loose', { nodes: [instance('d', 'Shipped')] }),
]);

const rows = (open: string) => moduleRows(DOCUMENT, NODES, open, new Set(['Main', 'Outer', 'Inner']));

test('every module but the main one is listed, the person’s own first, with its uses and where they are', () => {
  expect(rows('Main').map(({ name, uses }) => [name, uses.map(({ caller, name }) => `${caller}.${name}`)])).toEqual([
    ['Outer', ['Main.a']],
    ['Inner', ['Main.b', 'Outer.c']],
    ['Loose', []],
    ['Shipped', ['Loose.d']],
  ]);
  expect(rows('Main').map(countUses)).toEqual(['1 use', '2 uses', 'unused', '1 use']);
});

test('what cannot be done has its reason', () => {
  const of = (open: string) => new Map(rows(open).map((row) => [row.name, row]));
  const inMain = of('Main');
  expect(inMain.get('Loose')).toMatchObject({ placing: true, deleting: true });
  expect(inMain.get('Loose')!.opening).toContain('place one first');
  expect(inMain.get('Shipped')!.deleting).toBe('Shipped is used in Loose');
  expect(inMain.get('Inner')!.deleting).toBe('Inner is used in Main, Outer');
  expect(of('Inner').get('Outer')!.placing).toBe('Outer contains Inner');
  expect(of('Inner').get('Inner')!.placing).toBe('Inner is open');
  expect(of('Outer').get('Inner')!.placing).toBe(true);
});
