import { expect, test } from 'vitest';
import { caseDocument, expectAgreement, NODE_CASES } from './testing/cases.ts';
import { compute } from './testing/graphs.ts';
import { NODES } from './registry.ts';

test.for(NODE_CASES)('$type $params computes what PyTorch does', async (nodeCase) => {
  const { inputs, weights, outputs } = nodeCase;
  expectAgreement(await compute(caseDocument(nodeCase), inputs, { weights }), outputs);
});

test('every node type that computes something has numbers to meet', () => {
  const covered = new Set(NODE_CASES.map(({ type }) => type));
  const elsewhere = new Set(['image_input', 'token_input', 'random_tensor', 'input', 'output']);
  const types = [...NODES.values()]
    .filter(({ view, preview }) => view === undefined && preview !== 'generation')
    .map(({ type }) => type);
  expect(types.filter((type) => !covered.has(type) && !elsewhere.has(type))).toEqual([]);
});
