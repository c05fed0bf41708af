/** Exported packages in a real interpreter: their own tests pass, for every template, every node, and random graphs. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ParameterValue } from '../../graph/schema.ts';
import { singleNode, type Tensors } from '../../nodes/testing/graphs.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { exportSourceOf } from '../testing/source.ts';
import { PackageTester } from '../testing/packages.ts';

interface NodeCase {
  readonly type: string;
  readonly params: Readonly<Record<string, ParameterValue>>;
  readonly inputs: Tensors;
}

const { cases } = JSON.parse(readFileSync(new URL('../../nodes/goldens/nodes.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly NodeCase[];
};

let tester: PackageTester;

beforeAll(async () => {
  tester = await PackageTester.start();
});
afterAll(() => tester?.close());

describe('templates', () => {
  test.each(TEMPLATES.filter(({ name }) => name !== 'blank'))('$name', async ({ load }) => {
    expect(await tester.test(exportSourceOf(await load()))).toBeNull();
  });
});

describe('nodes', () => {
  test.each(cases.map((nodeCase, index) => ({ ...nodeCase, index })))(
    '$index $type $params',
    async ({ type, params, inputs }) => {
      const dtypes = Object.fromEntries(Object.entries(inputs).map(([name, { dtype = 'f32' }]) => [name, dtype]));
      const document = singleNode(type, params, Object.keys(inputs), dtypes);
      expect(await tester.test(exportSourceOf(document, { inputs }))).toBeNull();
    },
  );
});
