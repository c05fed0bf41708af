import { expect, test } from 'vitest';
import type { Inference } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import { problemList } from './problem-list.ts';

const problem = (path: string, change: Partial<Problem> = {}): Problem => ({
  code: 'shape.mismatch',
  severity: 'error',
  message: 'in_features is 512, and 768 came',
  place: { module: 'Block', nodeId: 'fc', path },
  ...change,
});

const inferenceOf = (blocked: Record<string, number>): Inference => ({
  inputs: new Map(),
  outputs: new Map(),
  problems: [],
  blocked: new Map(Object.entries(blocked)),
});

test('a fault inside a module is one entry, with its instances and all that waits', () => {
  const problems = [problem('blocks.0.fc'), problem('blocks.1.fc')];
  const inference = inferenceOf({
    'blocks.0.fc': 0,
    'blocks.0.gelu': 0,
    'blocks.1.fc': 1,
    'blocks.1.gelu': 1,
    head: 1,
  });
  expect(problemList({ problems, inference })).toEqual([
    { problem: problems[0], instances: 2, blocked: ['blocks.0.gelu', 'blocks.1.gelu', 'head'] },
  ]);
});

test('different messages, ports and definitions stay apart', () => {
  const problems = [
    problem('a'),
    problem('a', { message: 'another' }),
    problem('a', { place: { module: 'Block', nodeId: 'fc', path: 'a', port: { side: 'input', name: 'x' } } }),
    problem('b', { place: { path: 'b' } }),
    problem('c', { place: { path: 'c' } }),
  ];
  expect(problemList({ problems, inference: inferenceOf({}) })).toHaveLength(5);
});

test('errors stand before warnings', () => {
  const warning = problem('a', { severity: 'warning', message: 'odd' });
  const list = problemList({ problems: [warning, problem('b')], inference: inferenceOf({}) });
  expect(list.map(({ problem }) => problem.severity)).toEqual(['error', 'warning']);
});
