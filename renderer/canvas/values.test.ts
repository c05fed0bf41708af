import { expect, test } from 'vitest';
import { elaborate } from '../../graph/elaborate.ts';
import { infer } from '../../graph/infer.ts';
import { NODES } from '../../nodes/registry.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { createProjector, type NodeView } from './node-view.ts';
import { usesOf } from './uses.ts';
import {
  flowOf,
  nodeInstance,
  pictureBehind,
  portSource,
  portType,
  shownInstance,
  shownPort,
  valuePath,
} from './values.ts';

const document = await TEMPLATES.find(({ name }) => name === 'vit')!.load();
const tree = elaborate(document, NODES);
const inference = infer(tree, NODES);
const project = createProjector(NODES);

function view(module: string, id: string): NodeView {
  return project(document, module).nodes.find((candidate) => candidate.id === id)!;
}

const OUTPUT = { side: 'output', name: 'hidden_states' } as const;

test('a stack shows the layer that is chosen', () => {
  const blocks = view(document.main, 'blocks');
  expect(shownInstance(tree, '', blocks, {})?.path).toBe('blocks.0');
  expect(shownInstance(tree, '', blocks, { blocks: 2 })?.path).toBe('blocks.2');
  expect(shownInstance(tree, '', blocks, { blocks: 99 })?.path).toBe('blocks.3');
  expect(valuePath(tree, '', blocks, OUTPUT, { blocks: 2 })).toBe('blocks.2.hidden_states');
  expect(portType(tree, inference, '', blocks, OUTPUT, {})?.dims.map(({ name }) => name)).toEqual([
    'batch',
    'patches',
    'embed_dim',
  ]);
});

test('an output of the main module is no instance, even one named like an instance', () => {
  const module = project(document, document.main);
  const outputs = module.nodes.filter(({ type, kind }) => kind === 'leaf' && type === 'output');
  expect(outputs.map(({ name }) => name)).toContain('embeddings');
  for (const output of outputs) {
    expect(nodeInstance(tree, '', output)).toBeUndefined();
    const port = shownPort(output)!;
    expect(portType(tree, inference, '', output, port, {}), output.name).toBeDefined();
    expect(inference.outputs.has(valuePath(tree, '', output, port, {})!), output.name).toBe(true);
  }
});

test('ports of an open module carry what its instance is given', () => {
  const hidden = project(document, 'VisionTransformerBlock').nodes.find(({ type }) => type === 'input')!;
  const port = shownPort(hidden)!;
  const source = portSource(tree, 'blocks.1', hidden, port, {});
  // What enters layer 1 is what leaves layer 0.
  expect(source?.path.startsWith('blocks.0.')).toBe(true);
  expect(portType(tree, inference, 'blocks.1', hidden, port, {})).toBeDefined();
});

test('the picture is found upstream of everything that comes from it', () => {
  const blocks = view(document.main, 'blocks');
  const source = portSource(tree, '', blocks, OUTPUT, {})!;
  expect(pictureBehind(tree, source)?.path).toBe('pixel_values');
});

test('a colour is known before a shape is', () => {
  const blocks = view(document.main, 'blocks');
  expect(flowOf(blocks, OUTPUT, undefined)).toBe('tensor');
  expect(flowOf(view(document.main, 'pixel_values'), { side: 'output', name: 'output' }, undefined)).toBe('image');
});

test('uses of a module are places in definitions, not instances', () => {
  expect(usesOf(tree, 'VisionAttention').map(({ path }) => path)).toEqual(['blocks.0.attention', 'first_attention']);
  expect(usesOf(tree, 'VisionTransformerBlock').map(({ path }) => path)).toEqual(['blocks']);
  expect(usesOf(tree, document.main)).toEqual([]);
});
