import { expect, test } from 'vitest';
import golden from './goldens/nodes.json' with { type: 'json' };
import { NODES } from './registry.ts';
import { compute, singleNode, type Tensors } from './testing/graphs.ts';

interface Case {
  readonly type: string;
  readonly params: Readonly<Record<string, number | string | boolean>>;
  readonly inputs: Tensors;
  readonly weights: Tensors;
  readonly outputs: Tensors;
}

const CASES = golden.cases as unknown as readonly Case[];

test.for(CASES)('$type $params computes what PyTorch does', async ({ type, params, inputs, weights, outputs }) => {
  const dtypes = Object.fromEntries(
    Object.entries(inputs).flatMap(([name, { dtype }]) => (dtype ? [[name, dtype]] : [])),
  );
  const computed = await compute(singleNode(type, params, Object.keys(inputs), dtypes), inputs, { weights });
  expect([...computed.outputs.keys()].toSorted()).toEqual(Object.keys(outputs).toSorted());
  for (const [name, { shape, data, dtype = 'f32' }] of Object.entries(outputs)) {
    const tensor = computed.outputs.get(name)!;
    expect(tensor.dtype).toBe(dtype);
    expect(tensor.shape).toEqual(shape);
    for (const [index, value] of tensor.data.entries()) {
      const wanted = data[index]!;
      expect(Math.abs(value - wanted), `${name}[${index}]`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
    }
  }
});

test('every node type that computes something has numbers to meet', () => {
  const covered = new Set(CASES.map(({ type }) => type));
  const elsewhere = new Set(['image_input', 'token_input', 'random_tensor', 'input', 'output']);
  const types = [...NODES.values()]
    .filter(({ view, preview }) => view === undefined && preview !== 'generation')
    .map(({ type }) => type);
  expect(types.filter((type) => !covered.has(type) && !elsewhere.has(type))).toEqual([]);
});
