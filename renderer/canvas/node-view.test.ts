import { expect, test } from 'vitest';
import { moveNodes, renameNode, setParam } from '../../graph/edits.ts';
import { apply } from '../../graph/diff.ts';
import type { Edge, PatchbayDocument } from '../../graph/schema.ts';
import { MODULES } from '../../nodes/modules/registry.ts';
import { NODES } from '../../nodes/registry.ts';
import { createProjector } from './node-view.ts';

const DOCUMENT: PatchbayDocument = {
  format: 'patchbay',
  version: 1,
  seed: 0,
  main: 'Main',
  presets: [],
  assets: [],
  modules: [
    {
      name: 'Main',
      hyperparameters: [],
      nodes: [
        { id: 'picture', name: 'picture', type: 'image_input', position: [0, 0] },
        { id: 'blocks', name: 'blocks', module: 'VisionTransformerBlock', repeat: 4, position: [300, 0] },
        { id: 'embeddings', name: 'embeddings', module: 'VisionEmbeddings', position: [300, 300] },
        { id: 'result', name: 'result', type: 'output', position: [600, 0] },
        { id: 'later', name: 'later', type: 'from_a_later_version', position: [0, 300] },
        { id: 'mask', name: 'mask', type: 'input', params: { flow: 'mask' }, position: [0, 600] },
      ],
      edges: [],
    },
    ...MODULES.values(),
  ],
};

function viewsOf(document: PatchbayDocument) {
  const { nodes } = createProjector(NODES)(document, 'Main');
  return Object.fromEntries(nodes.map((view) => [view.id, view]));
}

test('library nodes look as their record says', () => {
  const { picture, mask } = viewsOf(DOCUMENT);
  expect(picture).toMatchObject({ kind: 'leaf', title: 'Image', accent: 'image', preview: 'image', inputs: [] });
  expect(mask).toMatchObject({ title: 'Input', accent: 'mask' });
});

test('an instance has the ports of its module and looks as its first output does', () => {
  const { embeddings, blocks } = viewsOf(DOCUMENT);
  expect(embeddings).toMatchObject({
    kind: 'module',
    title: 'VisionEmbeddings',
    accent: 'image',
    preview: 'patch-grid',
  });
  expect(embeddings!.inputs.map(({ name }) => name)).toEqual(['pixel_values']);
  expect(blocks).toMatchObject({ kind: 'stack', accent: 'attention', repeat: 4, preview: 'heatmap' });
  expect(blocks!.outputs.map(({ name }) => name)).toContain('hidden_states');
  expect(blocks!.geometry.layers).not.toBeNull();
});

test('an output is shown as what is wired to it, through nodes that only adjust a value', () => {
  const wired = (module: string, name: string) => {
    const { nodes } = createProjector(NODES)(DOCUMENT, module);
    return nodes.find((view) => view.type === 'output' && view.name === name)!.preview;
  };
  expect(wired('VisionAttention', 'attention_weights')).toBe('attention');
  expect(wired('VisionAttention', 'attended')).toBe('heatmap');
  expect(wired('VisionTransformerBlock', 'attention_weights')).toBe('attention');
  expect(wired('PatchEmbedding', 'patches')).toBe('patch-grid');
});

test('inside its module an output node has nothing to wire on', () => {
  const { result } = viewsOf(DOCUMENT);
  expect(result!.inputs).toHaveLength(1);
  expect(result!.outputs).toEqual([]);
});

test('a type that is not known is kept as a node without ports', () => {
  expect(viewsOf(DOCUMENT)['later']).toMatchObject({ kind: 'unknown', type: 'from_a_later_version', inputs: [] });
});

test('a placeholder says what it stands for, and has the ports that are wired', () => {
  const placeholder = { id: 'nms', name: 'nms', type: 'onnx.NonMaxSuppression', position: [0, 0] as [number, number] };
  const [main, ...others] = DOCUMENT.modules;
  const wired = (ports: readonly string[]): PatchbayDocument => {
    const edges = ports.map((port): Edge => ({ from: ['picture', 'output'], to: ['nms', port] }));
    const out: Edge = { from: ['nms', 'output_1'], to: ['result', 'input'] };
    return {
      ...DOCUMENT,
      modules: [{ ...main!, nodes: [...main!.nodes, placeholder], edges: [...edges, out] }, ...others],
    };
  };
  const project = createProjector(NODES);
  const nameOf = ({ name }: { readonly name: string }) => name;
  for (const ports of [['input_0', 'input_2'], ['input_0']]) {
    const view = project(wired(ports), 'Main').nodes.find(({ id }) => id === 'nms')!;
    expect(view).toMatchObject({ kind: 'unknown', title: 'Placeholder for NonMaxSuppression' });
    expect([view.inputs.map(nameOf), view.outputs.map(nameOf)]).toEqual([ports, ['output_1']]);
  }
});

test('only what an edit changes gets another view', () => {
  const project = createProjector(NODES);
  const before = project(DOCUMENT, 'Main').nodes;
  const changed = (document: PatchbayDocument) =>
    project(document, 'Main')
      .nodes.filter((view, index) => view !== before[index])
      .map(({ id }) => id);
  // Places are React Flow's, parameters the inspector's: the node looks the same.
  expect(changed(apply(DOCUMENT, moveNodes(DOCUMENT, 'Main', new Map([['picture', [9, 9]]])).diff))).toEqual([]);
  expect(changed(apply(DOCUMENT, setParam(DOCUMENT, 'Main', 'picture', 'batch', 2).diff))).toEqual([]);
  expect(changed(apply(DOCUMENT, renameNode(DOCUMENT, 'Main', 'picture', 'photo').diff))).toEqual(['picture']);
});

test('a port added to a module appears at its instances', () => {
  const project = createProjector(NODES);
  const before = project(DOCUMENT, 'Main').nodes;
  const modules = DOCUMENT.modules.map((module) =>
    module.name === 'VisionEmbeddings'
      ? {
          ...module,
          nodes: [...module.nodes, { id: 'x', name: 'x', type: 'input', position: [0, 0] as [number, number] }],
        }
      : module,
  );
  const after = project({ ...DOCUMENT, modules }, 'Main').nodes;
  expect(after.filter((view, index) => view !== before[index]).map(({ id }) => id)).toEqual(['embeddings']);
});
