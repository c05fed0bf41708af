import { expect, test } from 'vitest';
import { analyse } from '../../graph/analyse.ts';
import { graphCost } from '../../nodes/cost.ts';
import { NODES } from '../../nodes/registry.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { COMMANDS } from '../commands/list.ts';
import { findCommands, findInstances } from './find.ts';

const document = await TEMPLATES.find(({ name }) => name === 'vit')!.load();
const { tree, inference } = analyse(document, NODES);
const cost = graphCost(tree, inference);

function found(query: string): readonly string[] {
  return findInstances(tree, inference, cost, NODES, query).map(({ path }) => path);
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
