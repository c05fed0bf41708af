import { expect, test } from 'vitest';
import { nearestDivisors } from './requirements.ts';
import { instance, stackDocument, wire } from './testing/documents.ts';
import { analysed, problemsOf } from './testing/show.ts';

test('requirements are checked for every instance, with the divisors that would do', () => {
  const { problems, inference } = analysed(stackDocument(), { values: { num_heads: 5 } });
  expect(problems).toMatchObject([
    {
      code: 'module.requirement',
      message: 'blocks.embed_dim 16 is not divisible by num_heads 5; 4 or 8 would be',
      fixes: [
        { kind: 'set-hyperparameter', name: 'num_heads', value: 4 },
        { kind: 'set-hyperparameter', name: 'num_heads', value: 8 },
      ],
    },
  ]);
  expect(inference.blocked.get('blocks.2.fc1')).toBe(0);
  expect(inference.blocked.get('norm')).toBe(0);
  const other = stackDocument();
  other.modules[1]!.requires = [{ expression: 'embed_dim > 4 * num_heads', help: 'Heads need room.' }];
  expect(problemsOf(other)).toEqual([
    'error module.requirement blocks.0: blocks.embed_dim > 4 * num_heads does not hold (Heads need room.): embed_dim is 16, num_heads is 4',
  ]);
});

test('a requirement of values from one place is one problem, wherever it is not met', () => {
  const document = stackDocument();
  const params = { embed_dim: 'embed_dim', num_heads: 'num_heads' };
  document.modules[0]!.nodes.push(
    instance('again', 'Block', params),
    instance('other', 'Block', { embed_dim: 'embed_dim', num_heads: 7 }),
  );
  document.modules[0]!.edges.push(
    wire('pixel_values.output', 'again.hidden_states'),
    wire('pixel_values.output', 'other.hidden_states'),
  );
  const { problems, inference } = analysed(document, { values: { num_heads: 5 } });
  expect(problems.map(({ place, related }) => [place.path, related?.map(({ nodeId }) => nodeId)])).toEqual([
    ['blocks.0', ['again']],
    ['other', undefined],
  ]);
  expect(inference.blocked.get('again.fc1')).toBe(0);
  expect(inference.blocked.get('other.fc1')).toBe(1);
});

test('a requirement that cannot be evaluated is a problem of its module', () => {
  const document = stackDocument();
  document.modules[1]!.requires = [{ expression: 'embed_dim % heads == 0' }];
  expect(problemsOf(document)).toEqual([
    'error expression.unknown-name blocks.0: the requirement embed_dim % heads == 0 cannot be checked: unknown name heads; known are embed_dim, num_heads, ratio',
  ]);
});

test('a requirement of the main module blocks everything, and is not repeated by what is inside', () => {
  const document = stackDocument({ requires: [{ expression: 'embed_dim % num_heads == 0' }] });
  const { problems, inference } = analysed(document, { values: { num_heads: 5 } });
  expect(problems).toMatchObject([
    { message: 'embed_dim 16 is not divisible by num_heads 5; 4 or 8 would be', place: { module: 'Model', path: '' } },
  ]);
  expect(inference.blocked.get('pixel_values')).toBe(0);
});

test.each([
  [768, 10, [8, 12]],
  [768, 1000, [768]],
  [768, 0, [1]],
  [7, 3, [1, 7]],
  [1, 1, []],
  [0, 3, []],
])('the divisors of %i next to %i', (dividend, wanted, expected) => {
  expect(nearestDivisors(dividend, wanted)).toEqual(expected);
});
