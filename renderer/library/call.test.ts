import { expect, test } from 'vitest';
import { NODES } from '../../nodes/registry.ts';
import { argumentsOf, parseCall } from './call.ts';

const given = (query: string) => {
  const { name, written } = parseCall(query);
  return argumentsOf(name, written!, NODES.get(name)!.params);
};

test('a name alone is no call; a call is one before its parenthesis is closed', () => {
  expect(parseCall('linear')).toEqual({ name: 'linear', written: null });
  expect(parseCall('linear(3')).toEqual({ name: 'linear', written: '3' });
  expect(parseCall('linear(int(3))')).toEqual({ name: 'linear', written: 'int(3)' });
  expect(parseCall('linear(int(3)')).toEqual({ name: 'linear', written: 'int(3)' });
});

test('arguments go to parameters in order, or by name', () => {
  expect(given('linear()')).toEqual({});
  expect(given('linear(embed_dim, 64)')).toEqual({ in_features: 'embed_dim', out_features: 64 });
  expect(given('linear(out_features=64, bias=False)')).toEqual({ out_features: 64, bias: false });
  expect(given('transpose(1, 2)')).toEqual({ dim0: 1, dim1: 2 });
  expect(given("softmax(-1, 'classes')")).toEqual({ dim: -1, meaning: 'classes' });
});

test('a shape takes all that follows, with the names of its sizes', () => {
  expect(given('reshape(input.shape[0], -1, heads=4, width // 4)')).toEqual({
    shape: 'input.shape[0], -1, heads=4, width // 4',
  });
  expect(given('random_tensor(1, 16, 64, seed=3)')).toEqual({ shape: '1, 16, 64', seed: 3 });
});

test('what does not fit is told', () => {
  expect(() => given('transpose(1, 2, 3)')).toThrow('transpose takes 2 arguments: dim0, dim1');
  expect(() => given('transpose(1, dim0=2)')).toThrow('transpose has got dim0 twice');
  expect(() => given('linear(width=2)')).toThrow('linear has no parameter width: in_features, out_features');
});
