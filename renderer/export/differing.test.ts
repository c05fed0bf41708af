import { expect, test } from 'vitest';
import type { VerifyReport } from '../../export/verify/report.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { analyse } from '../../graph/analyse.ts';
import { NODES } from '../../nodes/registry.ts';
import { differingOf, differsAt, offBy } from './differing.ts';

const { tree } = analyse(await TEMPLATES.find(({ name }) => name === 'vit')!.load(), NODES);

function reportOf(...values: [name: string, distance: number][]): VerifyReport {
  const round = { seed: 0, values: values.map(([name, distance]) => ({ name, shape: [], distance })) };
  return { against: 'pytorch', engine: 'PyTorch', device: 'GPU', rounds: [round] };
}

test('the node that differs is marked, and so are the modules that hold it; beside it nothing is', () => {
  const path = 'blocks.2.mlp.fc1';
  const differing = differingOf(reportOf(['a.output', 0], [`${path}.output`, 0.5]), tree)!;
  expect(differing).toMatchObject({ path, distance: 0.5, engine: 'PyTorch' });
  const at = (where: string | null) => differsAt(differing, { tree }, where);
  expect(at(path)).toBe('here');
  for (const parent of ['blocks', 'blocks.2', 'blocks.2.mlp']) expect(at(parent), parent).toBe('inside');
  for (const other of ['blocks.1.mlp.fc1', 'blocks.2.mlp.fc2', `${path}x`, null]) expect(at(other)).toBeNull();
});

test('an edit of the graph takes the mark away, and so does a verification that finds nothing', () => {
  const differing = differingOf(reportOf(['x.output', 1]), tree);
  expect(differsAt(differing, { tree: { ...tree } }, 'x')).toBeNull();
  expect(differingOf(reportOf(['x.output', 1e-7]), tree)).toBeNull();
});

test('how far it is off', () => {
  expect(offBy(0.0123)).toBe('off by 1.2e-2');
  expect(offBy(Infinity)).toBe('off beyond measure');
});
