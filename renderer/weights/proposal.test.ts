import { expect, test } from 'vitest';
import { analyse } from '../../graph/analyse.ts';
import { NODES } from '../../nodes/registry.ts';
import { weightShapes } from '../../nodes/weights.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { createCheckpoints } from '../session/checkpoints.ts';
import { checkpointOf } from '../testing/checkpoints.ts';
import { fitWith, groupsOf, isWhole, readRules, suggestRule } from './proposal.ts';

const { tree } = analyse(await TEMPLATES.find(({ name }) => name === 'attention')!.load(), NODES);
const SHAPES = weightShapes(tree);

/** The graph's weights, called and shaped otherwise. */
function picked(rename: (path: string) => string | null, shapeOf = (_: string, shape: readonly number[]) => shape) {
  const never = () => Promise.reject(new Error('nothing is looked for'));
  const named = SHAPES.flatMap(({ path, shape }) => {
    const name = rename(path);
    const own = shapeOf(path, shape);
    return name === null
      ? []
      : [[name, { shape: own, data: new Float32Array(own.reduce((a, b) => a * b, 1)) }] as const];
  });
  const checkpoints = createCheckpoints({ pickCheckpoint: never, openCheckpoint: never });
  return checkpoints.take(checkpointOf('trained.safetensors', new Map(named)));
}

test('rules are read line by line; what is none is told with its line, and the others count', () => {
  expect(readRules('').texts).toEqual([]);
  expect(readRules('\n  a.**=b.**  \n\n')).toMatchObject({ texts: ['a.**=b.**'], fault: null });
  const { texts, rules, fault } = readRules('a=b\nno rule\nc.*=*.*');
  expect([texts, rules.length]).toEqual([['a=b'], 1]);
  expect(fault).toMatch(/^Line 2: the rule "no rule": write FROM=TO$/);
});

test('the report follows the rules, and is whole once every weight is there and no other', async () => {
  const weights = await picked((path) => `model.${path}`);
  const without = fitWith(tree, weights, []);
  expect([without.matched.length, without.missing.length, without.unexpected.length]).toEqual([
    0,
    SHAPES.length,
    SHAPES.length,
  ]);
  expect(groupsOf(without, weights, []).map(({ title, count }) => [title, count])).toEqual([
    ['missing', SHAPES.length],
    ['left over', SHAPES.length],
  ]);
  const rule = suggestRule(tree, weights, []);
  expect(rule).toBe('model.**=**');
  const { rules } = readRules(rule!);
  const whole = fitWith(tree, weights, rules);
  expect(isWhole(whole)).toBe(true);
  expect(groupsOf(whole, weights, [])).toEqual([]);
  expect(suggestRule(tree, weights, rules)).toBeNull();
});

test('weights of another shape, and names that rules give twice, have groups of their own', async () => {
  const [first] = SHAPES;
  const weights = await picked(
    (path) => path,
    (path, shape) => (path === first!.path ? [1, ...shape] : shape),
  );
  const [group] = groupsOf(fitWith(tree, weights, []), weights, []);
  expect(group).toMatchObject({ title: 'of another shape', count: 1 });
  expect(group!.lines).toEqual([`${first!.path} [1, ${first!.shape.join(', ')}], not [${first!.shape.join(', ')}]`]);
  const { rules } = readRules(`**=${first!.path}`);
  const clashing = groupsOf(fitWith(tree, weights, rules), weights, []).find(
    ({ title }) => title === 'of a name that is taken',
  );
  expect(clashing?.count).toBe(SHAPES.length - 1);
});

test('of many names some are shown', async () => {
  const never = () => Promise.reject(new Error('nothing is looked for'));
  const many = Array.from(
    { length: 1001 },
    (_, at) => [`other.${at}`, { shape: [0], data: new Float32Array() }] as const,
  );
  const checkpoints = createCheckpoints({ pickCheckpoint: never, openCheckpoint: never });
  const weights = await checkpoints.take(checkpointOf('large.safetensors', new Map(many)));
  const left = groupsOf(fitWith(tree, weights, []), weights, []).find(({ title }) => title === 'left over')!;
  expect([left.count, left.lines.length]).toEqual([1001, 40]);
});
