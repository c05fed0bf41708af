import { expect, test } from 'vitest';
import { parseRenamingRule, rename, RenamingError } from './renaming.ts';

test.each([
  ['a.b=c', 'a.b', 'c'],
  ['a.b=c', 'a.b.c', undefined],
  ['a.b=c', 'axb', undefined],
  ['model.**=**', 'model.encoder.0.weight', 'encoder.0.weight'],
  ['encoder.layers.*.fc1.**=blocks.*.mlp.fc1.**', 'encoder.layers.11.fc1.weight', 'blocks.11.mlp.fc1.weight'],
  ['encoder.layers.*.fc1.**=blocks.*.mlp.fc1.**', 'encoder.layers.1.1.fc1.weight', undefined],
  ['layer_*_*=block.*.*', 'layer_0_norm', 'block.0.norm'],
  ['**.num_batches_tracked=', 'norm.num_batches_tracked', null],
  ['a[0]+(b)=c', 'a[0]+(b)', 'c'],
  ['名.*=n.*', '名.w', 'n.w'],
  // The first = ends what is wanted.
  ['a=b=c', 'a', 'b=c'],
])('%s makes of %s: %s', (rule, name, renamed) => {
  expect(parseRenamingRule(rule)(name)).toBe(renamed);
});

test.each([
  ['a.b', /write FROM=TO/],
  ['=a', /no name before the =/],
  ['a.*=b.**', /same order/],
  ['a=b.*', /same order/],
])('%s is no rule', (rule, message) => {
  expect(() => parseRenamingRule(rule)).toThrow(RenamingError);
  expect(() => parseRenamingRule(rule)).toThrow(message);
});

test('the first rule that fits counts, and what none fits keeps its name', () => {
  const rules = ['head.**=', 'head.bias=b', '**.gamma=**.weight'].map(parseRenamingRule);
  expect(['head.bias', 'norm.gamma', 'norm.beta'].map((name) => rename(name, rules))).toEqual([
    null,
    'norm.weight',
    'norm.beta',
  ]);
});
