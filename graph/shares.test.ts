import { expect, test } from 'vitest';
import type { GraphNode } from './schema.ts';
import { instance, node, stackDocument, wire } from './testing/documents.ts';
import { analysed } from './testing/show.ts';

/** The stack of blocks, with more nodes that share weights; each is fed by the source. */
function withNodes(...nodes: readonly GraphNode[]) {
  const document = stackDocument();
  const main = document.modules[0]!;
  main.nodes.push(...nodes);
  main.edges.push(
    ...nodes.map(({ id, type }) =>
      wire('pixel_values.output', `${id}.${type === undefined ? 'hidden_states' : 'input'}`),
    ),
  );
  return document;
}

const PARAMS = { embed_dim: 'embed_dim', num_heads: 'num_heads' };

function weights(...nodes: readonly GraphNode[]): Record<string, string> {
  const { tree } = analysed(withNodes(...nodes));
  return Object.fromEntries(
    tree.construction
      .filter(({ path, weightPath }) => path !== weightPath)
      .map(({ path, weightPath }) => [path, weightPath]),
  );
}

function problems(...nodes: readonly GraphNode[]): string[] {
  return analysed(withNodes(...nodes)).problems.map(({ code, message }) => `${code}: ${message}`);
}

test('a module shares all that is inside it', () => {
  expect(weights(instance('again', 'Block', PARAMS, { shares: 'blocks.1' }))).toEqual({
    'again.fc1': 'blocks.1.fc1',
    'again.fc2': 'blocks.1.fc2',
    'again.sum': 'blocks.1.sum',
  });
  expect(problems(instance('again', 'Block', PARAMS, { shares: 'blocks.1' }))).toEqual([]);
});

test('a node shares its own, through another that shares too', () => {
  const fc = { in_features: 'embed_dim', out_features: 'embed_dim * 4' };
  expect(
    weights(
      node('a', 'linear', fc, { shares: 'blocks.0.fc1' }),
      node('b', 'linear', fc, { shares: 'a' }),
      instance('c', 'Block', PARAMS, { shares: 'blocks.2' }),
      node('d', 'linear', fc, { shares: 'c.fc1' }),
    ),
  ).toMatchObject({ a: 'blocks.0.fc1', b: 'blocks.0.fc1', d: 'blocks.2.fc1' });
});

test('a stack shares a stack', () => {
  const again = instance('again', 'Block', PARAMS, { shares: 'blocks', repeat: 2 });
  expect(weights(again)).toMatchObject({ 'again.1.fc2': 'blocks.1.fc2' });
  const deeper = instance('again', 'Block', PARAMS, { shares: 'blocks', repeat: 4 });
  expect(problems(deeper)).toEqual(['share.missing: blocks.3, whose weights this would share, does not exist']);
});

test.each<[string, readonly GraphNode[], string]>([
  [
    'nothing there',
    [instance('a', 'Block', PARAMS, { shares: 'blocks.7' })],
    'share.missing: there is no instance "blocks.7" to share weights with; did you mean blocks.0?',
  ],
  [
    'the root',
    [instance('a', 'Block', PARAMS, { shares: '' })],
    'share.missing: there is no instance "" to share weights with',
  ],
  [
    'another type',
    [node('a', 'linear', { in_features: 'embed_dim' }, { shares: 'norm' })],
    'share.type: norm is a layer_norm; only a linear has the weights that this needs',
  ],
  [
    'another kind',
    [instance('a', 'Block', PARAMS, { shares: 'blocks' })],
    'share.type: blocks is a stack of Block; only a Block has the weights that this needs',
  ],
  [
    'itself',
    [instance('a', 'Block', PARAMS, { shares: 'a' })],
    'share.cycle: an instance cannot share its own weights',
  ],
  [
    'what is inside it',
    [instance('a', 'Block', PARAMS, { shares: 'a.fc1' })],
    'share.cycle: a and a.fc1 contain one another',
  ],
  [
    'each other',
    [instance('a', 'Block', PARAMS, { shares: 'b' }), instance('b', 'Block', PARAMS, { shares: 'a' })],
    'share.cycle: weights are shared in a circle: a → b → a',
  ],
])('sharing the weights of %s is a problem', (_, nodes, message) => {
  expect(problems(...nodes)[0]).toBe(message);
});
