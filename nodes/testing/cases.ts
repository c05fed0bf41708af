/** For tests: single nodes with inputs and what PyTorch computes of them, as scripts/oracle/goldens.py wrote them down. */
import { expect } from 'vitest';
import golden from '../goldens/nodes.json' with { type: 'json' };
import type { ParameterValue, PatchbayDocument } from '../../graph/schema.ts';
import { singleNode, type Computed, type Tensors } from './graphs.ts';

export interface NodeCase {
  readonly type: string;
  readonly params: Readonly<Record<string, ParameterValue>>;
  readonly inputs: Tensors;
  readonly weights: Tensors;
  readonly outputs: Tensors;
}

export const NODE_CASES = golden.cases as unknown as readonly NodeCase[];

/** The case as a graph whose inputs and outputs are ports. */
export function caseDocument({ type, params, inputs }: NodeCase): PatchbayDocument {
  const dtypes = Object.fromEntries(
    Object.entries(inputs).flatMap(([name, { dtype }]) => (dtype ? [[name, dtype]] : [])),
  );
  return singleNode(type, params, Object.keys(inputs), dtypes);
}

/** The outputs are those that PyTorch computed in float64, and no others. */
export function expectAgreement({ outputs: computed }: Computed, wanted: Tensors): void {
  expect([...computed.keys()].toSorted()).toEqual(Object.keys(wanted).toSorted());
  for (const [name, { shape, data, dtype = 'f32' }] of Object.entries(wanted)) {
    const tensor = computed.get(name)!;
    expect(tensor.dtype).toBe(dtype);
    expect(tensor.shape).toEqual(shape);
    for (const [index, value] of tensor.data.entries()) {
      const want = data[index]!;
      expect(Math.abs(value - want), `${name}[${index}]`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(want)));
    }
  }
}
