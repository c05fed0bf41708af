import { expect, test } from 'vitest';
import { analyse } from '../../graph/analyse.ts';
import { graphCost } from '../../nodes/cost.ts';
import { NODES } from '../../nodes/registry.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { COMMANDS } from '../commands/list.ts';
import { createInstanceFinder, findCommands } from './find.ts';

const document = await TEMPLATES.find(({ name }) => name === 'vit')!.load();
const { tree, inference } = analyse(document, NODES);
const cost = graphCost(tree, inference);
const find = createInstanceFinder(tree, inference, cost, NODES);

function found(query: string): readonly string[] {
  return find(query).map(({ path }) => path);
}

test('commands are found by their words and their group', () => {
  expect(findCommands(COMMANDS, 'undo')[0]!.command.id).toBe('edit.undo');
  expect(findCommands(COMMANDS, 'zoom').length).toBeGreaterThan(2);
  expect(findCommands(COMMANDS, 'no such thing')).toEqual([]);
});

test('instances are found by name, path, type, weight and shape, at any depth', () => {
  expect(found('norm')[0]).toBe('norm');
  expect(found('blocks.0.attention.q_proj')[0]).toBe('blocks.0.attention.q_proj');
  expect(found('q_proj.weight')).toContain('blocks.1.attention.q_proj');
  expect(found('q_proj blocks.1')).toEqual(['blocks.1.attention.q_proj']);
  expect(found('VisionMLP').every((path) => path.endsWith('mlp'))).toBe(true);
  const [features] = found('144 96 Layer norm');
  expect(features).toMatch(/norm/);
  expect(found('nothing like this')).toEqual([]);
  expect(found('').length).toBe(60);
});

test('a shape is found whole or in part, a dimension by its name', () => {
  const shapeOf = (path: string) => inference.outputs.get(`${path}.output`)?.dims.map(({ size }) => size);
  for (const path of found('[1, 144, 96]')) {
    const instance = tree.byPath.get(path);
    if (instance?.kind === 'leaf' && instance.type !== 'scaled_dot_product_attention')
      expect(shapeOf(path)).toEqual([1, 144, 96]);
  }
  expect(found('[1,144,96]')).toContain('norm');
  expect(found('144×96')).toContain('norm');
  expect(found('144 x 96')).toEqual(found('144×96'));
  expect(found('[144, 96]')).not.toContain('norm');
  expect(found('[7, 7, 7]')).toEqual([]);
  expect(found('head_dim').every((path) => path.includes('attention'))).toBe(true);
  expect(found('head_dim')).toContain('blocks.0.attention.query_heads');
});

test('inputs and outputs of modules are found, and where they stand', () => {
  const features = find('features').find(({ path }) => path === 'features');
  expect(features).toMatchObject({ type: 'Output', shape: '1 × 144 × 96' });
  expect(features!.port).toEqual({ module: '', side: 'output', name: 'features' });
  const ports = find('blocks.0 Input').filter(({ port }) => port?.module === 'blocks.0');
  expect(ports.map(({ type, shape }) => [type, shape])).toContainEqual(['Input', '1 × 144 × 96']);
});

test('a weight is found by its path in the state_dict', () => {
  expect(found('blocks.0.attention.q_proj.weight')).toEqual(['blocks.0.attention.q_proj']);
});
