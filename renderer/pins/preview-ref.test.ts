import { expect, test } from 'vitest';
import { renameNode, removeNodes } from '../../graph/edits.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { createTestApp, type TestApp } from '../testing/test-app.ts';
import type { App } from '../app-context.ts';
import type { PreviewRef } from '../stores/view.ts';
import { resolvePreview, type Axis, type ResolvedPreview } from './preview-ref.ts';
import { isPinned, keepPins, togglePin } from './toggle-pin.ts';

const document: PatchbayDocument = await TEMPLATES.find(({ name }) => name === 'vit')!.load();

function start(): App {
  const { app }: TestApp = createTestApp(document);
  keepPins(app.document, app.derived, app.view);
  return app;
}

const factsOf = (app: App) => ({ ...app.document.getState(), ...app.derived.getState(), ...app.view.getState() });
const resolved = (app: App, ref: PreviewRef): ResolvedPreview => resolvePreview(factsOf(app), ref)!;
const axis = ({ axes }: ResolvedPreview, name: string): Axis => axes.find((one) => one.name === name)!;
const idOf = (module: string, name: string) =>
  document.modules.find((one) => one.name === module)!.nodes.find((one) => one.name === name)!.id;
const softmaxIn = (layer: number): PreviewRef => ({
  around: `blocks.${layer}.attention`,
  nodeId: idOf('VisionAttention', 'softmax'),
});

test('a value inside of a layer is found by its instance, with the layer, the head and the patch to scrub', () => {
  const app = start();
  const preview = resolved(app, softmaxIn(1));
  expect(preview).toMatchObject({
    nodePath: 'blocks.1.attention.softmax',
    shown: { path: 'blocks.1.attention.softmax.output', plan: { scene: { kind: 'attention', head: 0 } } },
  });
  expect(preview.axes.map(({ name, count, value }) => [name, count, value])).toEqual([
    ['layer of blocks', 4, 1],
    ['head', 6, 0],
    ['patch', 144, 78],
  ]);
  const layer = axis(preview, 'layer of blocks').to(3);
  expect(layer).toEqual({ kind: 'ref', ref: softmaxIn(3) });
  const head = axis(preview, 'head').to(5);
  if (head.kind !== 'look') throw new Error('a head is how the value is looked at');
  app.view.getState().setLookAt(head.key, head.lookAt);
  expect(resolved(app, softmaxIn(1)).shown!.plan).toMatchObject({ scene: { head: 5 }, spec: { index: [0, 5, 78] } });
});

test('a stack shows its layer, and the batch is scrubbed by its name', () => {
  const app = start();
  app.view.getState().setLayer('blocks', 2);
  const blocks = { around: '', nodeId: idOf('ViT', 'blocks') };
  const preview = resolved(app, blocks);
  expect(axis(preview, 'layer')).toMatchObject({ count: 4, value: 2 });
  expect(preview.shown!.path).toMatch(/^blocks\.2/);
  expect(axis(preview, 'layer').to(3)).toEqual({ kind: 'layer', stack: 'blocks', layer: 3 });
  // A batch of one is nothing to scrub.
  expect(axis(preview, 'batch')).toBeUndefined();
});

test('pins follow renames, outlast what is deleted for undo to bring it back, and are let go', () => {
  const app = start();
  const ref = softmaxIn(0);
  togglePin(app, ref);
  expect(isPinned(app.view.getState().pins, ref)).toBe(true);
  const { dispatch } = app.document.getState();
  dispatch(renameNode(app.document.getState().document, 'ViT', idOf('ViT', 'blocks'), 'layers'));
  const [moved] = app.view.getState().pins;
  expect(moved).toEqual({ ...ref, around: 'layers.0.attention' });
  expect(resolved(app, moved!).nodePath).toBe('layers.0.attention.softmax');
  dispatch(removeNodes(app.document.getState().document, 'ViT', [idOf('ViT', 'blocks')]));
  expect(app.view.getState().pins).toEqual([moved]);
  expect(resolvePreview(factsOf(app), moved!)).toBeNull();
  app.document.getState().undo();
  expect(resolved(app, moved!).nodePath).toBe('layers.0.attention.softmax');
  togglePin(app, moved!);
  expect(app.view.getState().pins).toEqual([]);
});

test('what stays on screen is not what is selected or open; what has no preview says why', () => {
  const app = start();
  app.view.getState().open('blocks.0.attention', [idOf('VisionAttention', 'softmax')]);
  app.commands.run('view.pin');
  app.commands.run('view.enlarge');
  expect(app.view.getState()).toMatchObject({ pins: [softmaxIn(0)], largePreview: softmaxIn(0) });
  app.view.getState().open('');
  app.view.getState().select([]);
  expect(app.view.getState().pins).toEqual([softmaxIn(0)]);
  expect(app.commands.get('view.pin').when(app)).toBe('Select one node');
  app.view.getState().reset();
  expect(app.view.getState().pins).toEqual([]);
});
