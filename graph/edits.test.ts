import { expect, test } from 'vitest';
import { apply } from './diff.ts';
import {
  addAsset,
  addInstance,
  addNode,
  addPreset,
  applyFix,
  combine,
  connect,
  disconnect,
  EditError,
  moveNodes,
  nameProblem,
  removeEdges,
  removeNodes,
  removePreset,
  renameNode,
  resizeNode,
  setHyperparameter,
  setParam,
  setPreset,
  setRepeat,
  setSeed,
  setShares,
  setSize,
  snakeCase,
  uniqueName,
  type Edit,
} from './edits.ts';
import type { GraphModule, PatchbayDocument } from './schema.ts';
import { BLOCK, documentOf, instance, module, node, stackDocument, wire } from './testing/documents.ts';
import { analysed, problemsOf } from './testing/show.ts';

const START = stackDocument();

function after(edit: Edit, document: PatchbayDocument = START): PatchbayDocument {
  return apply(document, edit.diff);
}

function mainOf(document: PatchbayDocument): GraphModule {
  return document.modules[0]!;
}

const names = (document: PatchbayDocument) => mainOf(document).nodes.map(({ name }) => name);
const wires = (graph: GraphModule) => graph.edges.map(({ from, to }) => `${from.join('.')} → ${to.join('.')}`);

test('a node is added last, so that no other weights change, under a name that is free', () => {
  const edit = addNode(START, 'Model', { type: 'linear', position: [10.5, -0], params: { in_features: 4 } });
  expect(edit).toMatchObject({ title: 'Add linear', place: { module: 'Model', nodeIds: ['linear'] } });
  expect(mainOf(after(edit)).nodes.at(-1)).toStrictEqual({
    id: 'linear',
    name: 'linear',
    type: 'linear',
    params: { in_features: 4 },
    position: [10.5, 0],
  });
  expect(names(after(addNode(START, 'Model', { type: 'layer_norm', name: 'norm', position: [0, 0] }))).at(-1)).toBe(
    'norm_1',
  );
  expect(() => addNode(START, 'Model', { type: 'x', name: 'a b', position: [0, 0] })).toThrow(EditError);
  expect(() => addNode(START, 'Model', { type: 'x', position: [NaN, 0] })).toThrow(EditError);
  expect(() => addNode(START, 'Model', { type: 'x', params: { p: NaN }, position: [0, 0] })).toThrow(EditError);
  expect(() => addNode(START, 'Nowhere', { type: 'x', position: [0, 0] })).toThrow('there is no module Nowhere');
});

test('a shipped module comes into the document with those that it needs, each once', () => {
  const shipped = new Map([
    ['Inner', { ...BLOCK, name: 'Inner', origin: { library: 'patchbay', name: 'Inner', version: 2 } }],
    ['Outer', module('Outer', { nodes: [instance('inner', 'Inner'), instance('again', 'Inner')] })],
  ]);
  const first = after(addInstance(START, 'Model', { instanceOf: 'Outer', position: [0, 0], repeat: 'depth' }, shipped));
  expect(first.modules.map(({ name }) => name)).toEqual(['Model', 'Block', 'Inner', 'Outer']);
  expect(first.modules[2]).toMatchObject({ origin: { version: 2 } });
  expect(mainOf(first).nodes.at(-1)).toMatchObject({ id: 'outer', module: 'Outer', repeat: 'depth' });
  const second = after(addInstance(first, 'Model', { instanceOf: 'Outer', position: [0, 0] }, shipped), first);
  expect(second.modules).toHaveLength(4);
  expect(names(second).slice(-2)).toEqual(['outer', 'outer_1']);
});

test('a module is not put into itself, at any distance', () => {
  const document = documentOf([
    module('M', { nodes: [instance('a', 'A')] }),
    module('A', { nodes: [instance('b', 'B')] }),
    module('B', {}),
  ]);
  for (const instanceOf of ['M', 'A', 'B'])
    expect(() => addInstance(document, 'B', { instanceOf, position: [0, 0] })).toThrow(`B would contain itself`);
  expect(() => addInstance(document, 'M', { instanceOf: 'C', position: [0, 0] })).toThrow('there is no module C');
});

test('nodes go with their wires', () => {
  const edit = removeNodes(START, 'Model', ['blocks']);
  expect(edit.title).toBe('Delete blocks');
  expect(wires(mainOf(after(edit)))).toEqual(['norm.output → features.input']);
  expect(removeNodes(START, 'Model', ['blocks', 'norm']).title).toBe('Delete 2 nodes');
  expect(() => removeNodes(START, 'Model', ['nobody'])).toThrow(EditError);
});

test('a port goes with the wires at every instance of its module, and says how many', () => {
  const edit = removeNodes(START, 'Block', ['hidden_states_out']);
  expect(edit.title).toBe('Delete hidden_states and 1 wire at instances of Block');
  expect(wires(mainOf(after(edit)))).toEqual([
    'pixel_values.output → blocks.hidden_states',
    'norm.output → features.input',
  ]);
});

test('renaming a port takes the wires of its instances along; its inside is untouched', () => {
  const document = after(renameNode(START, 'Block', 'hidden_states_in', 'x'));
  expect(wires(mainOf(document))).toEqual([
    'pixel_values.output → blocks.x',
    'blocks.hidden_states → norm.input',
    'norm.output → features.input',
  ]);
  expect(wires(document.modules[1]!)).toEqual(wires(BLOCK));
  // Its name no longer is that of the output: it is not carried from layer to layer, which is what was asked for.
  expect(problemsOf(document)).toEqual([]);
});

test('renaming a node takes paths of shared weights along', () => {
  const shared = after(addInstance(START, 'Model', { instanceOf: 'Block', position: [0, 0], name: 'again' }));
  const document = after(setShares(shared, 'Model', 'again', 'blocks.1.fc1'), shared);
  const renamed = after(renameNode(document, 'Model', 'blocks', 'layers'), document);
  expect(mainOf(renamed).nodes.at(-1)).toMatchObject({ shares: 'layers.1.fc1' });
  const inside = after(renameNode(renamed, 'Block', 'fc1', 'up'), renamed);
  expect(mainOf(inside).nodes.at(-1)).toMatchObject({ shares: 'layers.1.up' });
});

test('names: taken ones and malformed ones are refused, per namespace', () => {
  const { modules } = START;
  const [norm] = modules[0]!.nodes.filter(({ name }) => name === 'norm');
  expect(nameProblem(modules[0]!, norm!, 'blocks')).toBe('Model has a node named blocks already');
  expect(nameProblem(modules[0]!, norm!, 'features')).toBeUndefined();
  expect(nameProblem(modules[0]!, norm!, '1a')).toContain('A name has letters');
  expect(() => renameNode(START, 'Model', 'norm', 'blocks')).toThrow(EditError);
  expect(uniqueName(modules[0]!, 'blocks')).toBe('blocks_1');
  expect(uniqueName(modules[0]!, 'features')).toBe('features');
  expect(uniqueName(modules[0]!, 'features', 'output')).toBe('features_1');
  expect(uniqueName(module('M', { nodes: [node('0', 'x'), node('1', 'x')] }), '0')).toBe('2');
  const huge = '9'.repeat(400);
  expect(uniqueName(module('M', { nodes: [node(huge, 'x')] }), huge)).toBe('0');
  expect(snakeCase('VisionMLP')).toBe('vision_mlp');
  expect(snakeCase('MLPBlock2')).toBe('mlp_block2');
});

test('moving and resizing', () => {
  const edit = moveNodes(
    START,
    'Model',
    new Map([
      ['norm', [5, 6]],
      ['blocks', [7, 8]],
    ] as const),
    'drag 1',
  );
  expect(edit).toMatchObject({ title: 'Move 2 nodes', coalesce: 'move Model drag 1' });
  expect(mainOf(after(edit)).nodes.map(({ position }) => position)).toEqual([
    [0, 0],
    [7, 8],
    [5, 6],
    [0, 0],
  ]);
  const sized = after(resizeNode(START, 'Model', 'norm', [200, 100], [1, 2]));
  expect(mainOf(sized).nodes[2]).toMatchObject({ size: [200, 100], position: [1, 2] });
  expect(mainOf(after(resizeNode(sized, 'Model', 'norm', undefined, [0, 0]), sized)).nodes[2]).toStrictEqual(
    mainOf(START).nodes[2],
  );
});

test('an input has one wire: the new one takes the place of the old one', () => {
  const edit = connect(START, 'Model', ['pixel_values', 'output'], ['norm', 'input']);
  expect(edit.title).toBe('Connect pixel_values to norm');
  expect(wires(mainOf(after(edit)))).toEqual([
    'pixel_values.output → blocks.hidden_states',
    'norm.output → features.input',
    'pixel_values.output → norm.input',
  ]);
  expect(connect(START, 'Model', ['blocks', 'hidden_states'], ['norm', 'input']).diff).toEqual([]);
  expect(() => connect(START, 'Model', ['nobody', 'x'], ['norm', 'input'])).toThrow(EditError);
  expect(wires(mainOf(after(disconnect(START, 'Model', ['norm', 'input']))))).toHaveLength(2);
  expect(() => disconnect(START, 'Model', ['norm', 'input'], ['pixel_values', 'output'])).toThrow(EditError);
  expect(wires(mainOf(after(removeEdges(START, 'Model', mainOf(START).edges))))).toEqual([]);
});

test('parameters: set, reset, and gone where none is left', () => {
  const set = after(setParam(START, 'Model', 'norm', 'eps', 1e-6));
  expect(mainOf(set).nodes[2]).toMatchObject({ params: { normalized_shape: 'embed_dim', eps: 1e-6 } });
  expect(after(setParam(set, 'Model', 'norm', 'eps', undefined), set)).toStrictEqual(START);
  const none = after(setParam(START, 'Model', 'norm', 'normalized_shape', undefined));
  expect(mainOf(none).nodes[2]).not.toHaveProperty('params');
  expect(mainOf(after(setParam(START, 'Model', 'features', 'x', 'y'))).nodes[3]).toMatchObject({ params: { x: 'y' } });
  expect(() => setParam(START, 'Model', 'norm', 'eps', Infinity)).toThrow(EditError);
  expect(() => setParam(START, 'Model', 'norm', '__proto__', 1)).toThrow(EditError);
});

test('a stack is made, changed and unmade', () => {
  const copies = after(setRepeat(START, 'Model', 'blocks', 5, true));
  expect(mainOf(copies).nodes[1]).toMatchObject({ repeat: 5, copies: true });
  expect(mainOf(after(setRepeat(copies, 'Model', 'blocks', 6), copies)).nodes[1]).toMatchObject({
    repeat: 6,
    copies: true,
  });
  const single = mainOf(after(setRepeat(copies, 'Model', 'blocks', undefined), copies)).nodes[1];
  expect(single).not.toHaveProperty('repeat');
  expect(single).not.toHaveProperty('copies');
  expect(() => setRepeat(START, 'Model', 'norm', 2)).toThrow('norm is no instance of a module');
  expect(() => setRepeat(START, 'Model', 'blocks', 1.5)).toThrow(EditError);
});

test('hyperparameters and sizes go to the active preset, or to the defaults', () => {
  const standard = after(setHyperparameter(START, 'depth', 5));
  expect(mainOf(standard).hyperparameters[2]!.default).toBe(5);
  const live = { ...START, preset: 'live' };
  const edit = setHyperparameter(live, 'embed_dim', 64);
  expect(edit).toMatchObject({ title: 'Set embed_dim to 64 in live' });
  expect(after(edit, live).presets[0]!.values).toEqual({ depth: 1, embed_dim: 64 });
  expect(after(setSize(live, 'batch', 4), live).presets[0]!.values).toEqual({ depth: 1, batch: 4 });
  expect(mainOf(after(setSize(START, 'batch', 4))).sizes![0]!.default).toBe(4);
  expect(() => setHyperparameter(START, 'dept', 5)).toThrow(EditError);
  expect(() => setSize(START, 'batch', -1)).toThrow(EditError);
});

test('presets', () => {
  expect(after(setPreset(START, 'large')).preset).toBe('large');
  expect(after(setPreset({ ...START, preset: 'large' }, undefined), { ...START, preset: 'large' })).toStrictEqual(
    START,
  );
  expect(() => setPreset(START, 'huge')).toThrow(EditError);
  const added = after(addPreset({ ...START, preset: 'large' }, 'mine'), { ...START, preset: 'large' });
  expect(added.preset).toBe('mine');
  expect(added.presets.at(-1)).toEqual({ name: 'mine', values: { embed_dim: 32, batch: 3 } });
  expect(() => addPreset(START, 'live')).toThrow(EditError);
  expect(after(removePreset(added, 'mine'), added)).toStrictEqual(START);
});

test('the seed and pictures', () => {
  expect(after(setSeed(START, 7)).seed).toBe(7);
  expect(() => setSeed(START, -1)).toThrow(EditError);
  const asset = { id: 'a', name: 'a.png', mime: 'image/png', sha256: '0'.repeat(64), data: 'AAAA' };
  const document = after(addAsset(START, asset));
  expect(document.assets).toEqual([asset]);
  expect(addAsset(document, asset).diff).toEqual([]);
  expect(() => addAsset(document, { ...asset, sha256: '1'.repeat(64) })).toThrow(EditError);
  expect(() => addAsset(START, { ...asset, data: 'not base64!' })).toThrow(EditError);
});

test('several edits as one step, each made from what the one before leaves', () => {
  const edit = combine(START, 'Put a norm in between', [
    (document) => addNode(document, 'Model', { type: 'layer_norm', position: [0, 0] }),
    (document) => connect(document, 'Model', ['pixel_values', 'output'], ['layer_norm', 'input']),
    (document) => connect(document, 'Model', ['layer_norm', 'output'], ['blocks', 'hidden_states']),
  ]);
  expect(edit.title).toBe('Put a norm in between');
  expect(edit.place!.nodeIds[0]).toBe('layer_norm');
  expect(wires(mainOf(after(edit)))).toContain('layer_norm.output → blocks.hidden_states');
});

test('fixes mend what they were offered for', () => {
  const broken: PatchbayDocument[] = [
    after(setHyperparameter(START, 'num_heads', 5)),
    after(setParam(START, 'Model', 'norm', 'normalized_shape', 3)),
    {
      ...START,
      modules: [{ ...mainOf(START), edges: [...mainOf(START).edges, wire('gone.x', 'norm.input')] }, START.modules[1]!],
    },
    after(connect(START, 'Model', ['norm', 'output'], ['blocks', 'hidden_states'])),
  ];
  for (const document of broken) {
    const [problem] = analysed(document).problems;
    const edit = applyFix(document, problem!.fixes![0]!);
    expect(edit.title).toBe(problem!.fixes![0]!.title);
    const mended = analysed(after(edit, document)).problems;
    expect(mended.filter(({ code }) => code === problem!.code)).toEqual([]);
  }
});
