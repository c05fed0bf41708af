/** Files of every version of the format that was released still open, and give PyTorch's numbers. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseDocument } from '../graph/file.ts';
import { FORMAT_VERSION, isInstance } from '../graph/schema.ts';
import { NODES } from './registry.ts';
import { expectAgreement, NODE_CASES } from './testing/cases.ts';
import { compute } from './testing/graphs.ts';
import { casesByModule } from './testing/releases.ts';

const FOLDER = new URL('releases/', import.meta.url);
const fileOf = (version: number) => `version-${version}.patchbay`;
const VERSIONS = Array.from({ length: FORMAT_VERSION }, (_, index) => index + 1);

const opened = (version: number) => parseDocument(readFileSync(new URL(fileOf(version), FOLDER)));

test('there is a file of every version, and of no other', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual(VERSIONS.map(fileOf).toSorted());
});

test.each(VERSIONS)('a file of version %i opens, with every node known', (version) => {
  const { document, problems, readOnly } = opened(version);
  expect([problems, readOnly, document.version]).toEqual([[], false, FORMAT_VERSION]);
  const types = document.modules.flatMap(({ nodes }) => nodes.flatMap((node) => (isInstance(node) ? [] : [node.type])));
  expect(types.filter((type) => !NODES.has(type))).toEqual([]);
  // Of those before, that is what there was.
  const today = version === FORMAT_VERSION ? [...NODES.keys()] : [];
  expect(
    today.filter((type) => !types.includes(type)),
    'run node scripts/release-example.ts',
  ).toEqual([]);
});

test.each(VERSIONS)('what a file of version %i computes is still what PyTorch does', async (version) => {
  const { document } = opened(version);
  const cases = casesByModule(NODE_CASES);
  const computing = document.modules.filter(({ name }) => name !== document.main);
  expect(computing.length).toBeGreaterThan(100);
  for (const { name } of computing) {
    const { inputs, weights, outputs } = cases.get(name)!;
    expectAgreement(await compute({ ...document, main: name }, inputs, { weights }), outputs);
  }
});
