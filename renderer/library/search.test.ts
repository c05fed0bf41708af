import { expect, test } from 'vitest';
import { search } from './search.ts';

const ENTRIES = [
  { title: 'Layer norm', type: 'layer_norm', keywords: ['nn.LayerNorm'] },
  { title: 'Linear', type: 'linear', keywords: ['nn.Linear', 'dense', 'fully connected'] },
  { title: 'Scaled dot-product attention', type: 'scaled_dot_product_attention', keywords: [] },
  { title: 'Vision attention', type: 'VisionAttention', keywords: [] },
];

const titles = (query: string) => search(ENTRIES, query).map(({ title }) => title);

test('the start of the title comes first', () => {
  expect(titles('lin')[0]).toBe('Linear');
  expect(titles('norm')).toEqual(['Layer norm']);
});

test('other words, class names and initials find it too', () => {
  expect(titles('dense')).toEqual(['Linear']);
  expect(titles('sdpa')).toEqual(['Scaled dot-product attention']);
  expect(titles('layernorm')).toEqual(['Layer norm']);
  expect(titles('visionatt')).toEqual(['Vision attention']);
});

test('nothing asked gives everything, nonsense nothing', () => {
  expect(titles('  ')).toHaveLength(4);
  expect(titles('zzz')).toEqual([]);
});
