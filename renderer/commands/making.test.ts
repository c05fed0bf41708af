import { beforeEach, expect, test, vi } from 'vitest';
import { addFrame, addNote, addReroute, combine, moveNodes, type Edit } from '../../graph/edits.ts';
import { formatDocument } from '../../graph/file.ts';
import type { GraphNode, PatchbayDocument } from '../../graph/schema.ts';
import { addEntry } from '../library/add-entry.ts';
import { layOut, type LayoutRequest } from '../canvas/layout.ts';
import { frameKey, noteKey, rerouteKey } from '../canvas/marks.ts';
import { createTestApp, type TestApp } from '../testing/test-app.ts';
import { attachTestCanvas } from '../testing/test-canvas.ts';
import { boxesOf } from './boxes.ts';
import { pasteText } from './clipboard.ts';

const node = (name: string, type: string, x: number, params?: GraphNode['params']): GraphNode => {
  return { id: name, name, type, ...(params && { params }), position: [x, 0] };
};

/** x → up → act → y, side by side. */
function chain(): PatchbayDocument {
  const nodes = [
    node('x', 'random_tensor', 0, { shape: '2, 8' }),
    node('up', 'linear', 300, { in_features: 8, out_features: 12 }),
    node('act', 'gelu', 600),
    node('y', 'output', 900),
  ];
  const edges = [
    { from: ['x', 'output'], to: ['up', 'input'] },
    { from: ['up', 'output'], to: ['act', 'input'] },
    { from: ['act', 'output'], to: ['y', 'input'] },
  ] as PatchbayDocument['modules'][number]['edges'];
  const main = { name: 'Model', hyperparameters: [], nodes, edges };
  return { format: 'patchbay', version: 1, seed: 0, main: 'Model', presets: [], modules: [main], assets: [] };
}

let t: TestApp;
beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  t = createTestApp(chain());
});

const documentNow = () => t.app.document.getState().document;
const select = (...ids: string[]) => t.app.view.getState().select(ids);
const positionOf = (id: string) => documentNow().modules[0]!.nodes.find((one) => one.id === id)!.position;

/** One step, which undo takes back to the byte. */
function oneStep(act: () => void): void {
  const before = formatDocument(documentNow());
  const steps = t.app.document.getState().history.past.length;
  act();
  expect(t.app.document.getState().history.past).toHaveLength(steps + 1);
  expect(formatDocument(documentNow())).not.toBe(before);
  const after = documentNow();
  t.app.document.getState().undo();
  expect(formatDocument(documentNow())).toBe(before);
  t.app.document.getState().redo();
  expect(documentNow()).toEqual(after);
}

test('mute and bypass act on the selection, and again take it back', () => {
  select('up', 'y');
  oneStep(() => t.app.commands.run('edit.bypass'));
  expect(documentNow().modules[0]!.nodes.map(({ mode }) => mode)).toEqual([undefined, 'bypass', undefined, undefined]);
  expect(
    t.app.derived
      .getState()
      .inference.outputs.get('act.output')
      ?.dims.map(({ size }) => size),
  ).toEqual([2, 8]);
  oneStep(() => t.app.commands.run('edit.mute'));
  expect([...t.app.derived.getState().tree.idle]).toEqual(['up', 'act']);
  oneStep(() => t.app.commands.run('edit.mute'));
  expect(documentNow()).toEqual(chain());
});

test('what is put into a wire moves aside only what it lies on, in the same step', () => {
  const wire = { from: ['up', 'output'], to: ['act', 'input'] } as const;
  oneStep(() =>
    addEntry(t.app, { kind: 'node', type: 'relu' }, [500, 10], {
      kind: 'wire',
      wire: { from: [...wire.from], to: [...wire.to] },
    }),
  );
  const boxes = boxesOf(documentNow(), 'Model');
  const added = documentNow().modules[0]!.nodes.at(-1)!;
  expect(added.position).toEqual([500, 10]);
  expect(positionOf('x')).toEqual([0, 0]);
  expect(positionOf('up')[0] + boxes.get('up')!.width).toBeLessThanOrEqual(500);
  expect(positionOf('act')[0]).toBeGreaterThanOrEqual(500 + boxes.get(added.id)!.width);
});

test('aligning and distributing move the selection alone', () => {
  select('x', 'up', 'act');
  t.app.document.getState().dispatch({
    title: 'Move up',
    diff: [{ kind: 'set', path: ['modules', 'Model', 'nodes', 'up', 'position'], before: [300, 0], after: [250, 90] }],
  });
  oneStep(() => t.app.commands.run('edit.align-top'));
  expect(positionOf('up')).toEqual([250, 0]);
  oneStep(() => t.app.commands.run('edit.distribute-x'));
  expect(positionOf('up')[0]).toBeGreaterThan(250);
  expect([positionOf('x'), positionOf('act'), positionOf('y')]).toEqual([
    [0, 0],
    [600, 0],
    [900, 0],
  ]);
});

/** The layout's worker, in this thread. */
class LocalWorker extends EventTarget {
  postMessage(request: LayoutRequest): void {
    this.dispatchEvent(new MessageEvent('message', { data: layOut(request) }));
  }

  terminate(): void {}
}

test('a layout of all, or of the selection, is one step; frames hold what they held, and points go along', async () => {
  vi.stubGlobal('Worker', LocalWorker);
  attachTestCanvas(t.app);
  const dispatch = (edit: Edit): void => t.app.document.getState().dispatch(edit);
  const { edges } = documentNow().modules[0]!;
  dispatch(moveNodes(documentNow(), 'Model', new Map([['up', [500, 900] as const]])));
  dispatch(addReroute(documentNow(), 'Model', { wire: edges[1]!, index: 0 }, [580, 400]));
  dispatch(addFrame(documentNow(), 'Model', { title: 'Both', position: [480, -100], size: [600, 1400] }).edit);
  for (const chosen of [[], ['up', 'act', 'y']]) {
    select(...chosen);
    const before = formatDocument(documentNow());
    const steps = t.app.document.getState().history.past.length;
    t.app.commands.run('edit.layout');
    await vi.waitFor(() => expect(t.app.document.getState().history.past).toHaveLength(steps + 1));
    const { frames, nodes } = documentNow().modules[0]!;
    const boxes = boxesOf(documentNow(), 'Model');
    const [frame] = frames!;
    for (const id of ['up', 'act']) {
      const box = boxes.get(id)!;
      expect(box.x).toBeGreaterThanOrEqual(frame!.position[0]);
      expect(box.y + box.height).toBeLessThanOrEqual(frame!.position[1] + frame!.size[1]);
    }
    if (chosen.length > 0) expect(nodes[0]!.position).toEqual([0, 0]);
    expect(documentNow().modules[0]!.edges[1]!.reroutes).not.toEqual([[580, 400]]);
    t.app.document.getState().undo();
    expect(formatDocument(documentNow())).toBe(before);
  }
});

/** The chain with a frame about up and act, a note in it and one beside, and two points on the wire between. */
function decorate(): void {
  const wire = documentNow().modules[0]!.edges[1]!;
  t.app.document
    .getState()
    .dispatch(
      combine(documentNow(), 'Decorate', [
        (now) => addFrame(now, 'Model', { title: 'Both', position: [280, -60], size: [600, 600] }).edit,
        (now) => addNote(now, 'Model', { text: 'in', position: [300, -40], size: [100, 30] }).edit,
        (now) => addNote(now, 'Model', { text: 'beside', position: [0, -100], size: [100, 30] }).edit,
        (now) => addReroute(now, 'Model', { wire, index: 0 }, [550, 60]),
        (now) => addReroute(now, 'Model', { wire, index: 1 }, [560, 80]),
      ]),
    );
}

const main = () => documentNow().modules[0]!;

test('a copied frame brings what it holds, with the points of its wires; so does its duplicate', () => {
  const canvas = attachTestCanvas(t.app);
  decorate();
  select();
  canvas.marked = [frameKey('frame_1')];
  t.app.commands.run('edit.copy');
  const text = t.copied.at(-1)!;
  oneStep(() => t.app.commands.run('edit.duplicate'));
  expect(main().frames!.map(({ position }) => position)).toEqual([
    [280, -60],
    [312, -28],
  ]);
  expect(main().notes!.map(({ text, position }) => [text, ...position])).toEqual([
    ['in', 300, -40],
    ['beside', 0, -100],
    ['in', 332, -8],
  ]);
  expect(main().edges.at(-1)).toMatchObject({
    to: ['act_1', 'input'],
    reroutes: [
      [582, 92],
      [592, 112],
    ],
  });
  // What was made is selected.
  expect([...t.app.view.getState().selection]).toEqual(['up_1', 'act_1']);
  expect(canvas.marked).toEqual([frameKey('frame_2'), noteKey('note_3')]);
  // Another window knows the text alone.
  const other = createTestApp();
  const otherCanvas = attachTestCanvas(other.app);
  expect(pasteText(other.app, text)).toBe(true);
  const there = other.app.document.getState().document.modules[0]!;
  expect(there.frames).toMatchObject([{ title: 'Both', position: [1000, 1000], size: [600, 600] }]);
  expect(there.nodes.map(({ name }) => name)).toEqual(['up', 'act']);
  expect(otherCanvas.marked).toHaveLength(2);
});

test('what is pasted before the system’s clipboard has it is what was copied, not what was there before', async () => {
  attachTestCanvas(t.app);
  const { promise: written, resolve } = Promise.withResolvers<void>();
  const copyText = vi.spyOn(t.app.platform, 'copyText').mockReturnValue(written);
  select('act');
  t.app.commands.run('edit.copy');
  expect(copyText).toHaveBeenCalledOnce();
  oneStep(() => expect(pasteText(t.app, 'of before')).toBe(true));
  expect(main().nodes.map(({ name }) => name)).toEqual(['x', 'up', 'act', 'y', 'act_1']);
  resolve();
  await vi.waitFor(() => expect(pasteText(t.app, 'of before')).toBe(false));
});

test('cut takes the frame with what it holds; delete takes what is selected alone, in one step', () => {
  const canvas = attachTestCanvas(t.app);
  decorate();
  select();
  canvas.marked = [frameKey('frame_1')];
  oneStep(() => t.app.commands.run('edit.delete'));
  expect([main().frames!.length, main().notes!.length, main().nodes.length]).toEqual([0, 2, 4]);
  t.app.document.getState().undo();
  select('x');
  canvas.marked = [noteKey('note_2'), rerouteKey({ to: ['act', 'input'] }, 0)];
  oneStep(() => t.app.commands.run('edit.delete'));
  expect(main().notes!.map(({ text }) => text)).toEqual(['in']);
  expect(main().edges.map(({ reroutes }) => reroutes)).toEqual([[[560, 80]], undefined]);
  expect(canvas.marked).toEqual([]);
});

test('cut and paste bring all back elsewhere', async () => {
  const canvas = attachTestCanvas(t.app);
  decorate();
  select();
  canvas.marked = [frameKey('frame_1')];
  t.app.commands.run('edit.cut');
  await vi.waitFor(() => expect(main().nodes.map(({ id }) => id)).toEqual(['x', 'y']));
  expect(t.app.document.getState().history.past.at(-1)!.title).toBe('Cut 2 nodes and 2 notes and frames');
  expect([main().frames, main().notes!.length]).toEqual([[], 1]);
  oneStep(() => t.app.commands.run('edit.paste'));
  expect(main().nodes.map(({ id, position }) => [id, ...position])).toEqual([
    ['x', 0, 0],
    ['y', 900, 0],
    ['up', 1020, 1060],
    ['act', 1320, 1060],
  ]);
});

test('a wire that heals goes through the points of those that were there, and what is put in shares them out', () => {
  attachTestCanvas(t.app);
  decorate();
  const wire = main().edges[0]!;
  t.app.document.getState().dispatch(addReroute(documentNow(), 'Model', { wire, index: 0 }, [250, 7]));
  select('up');
  oneStep(() => t.app.commands.run('edit.delete'));
  const healed = main().edges.find(({ to }) => to[0] === 'act')!;
  expect(healed).toMatchObject({
    from: ['x', 'output'],
    reroutes: [
      [250, 7],
      [550, 60],
      [560, 80],
    ],
  });
  oneStep(() => addEntry(t.app, { kind: 'node', type: 'relu' }, [300, 0], { kind: 'wire', wire: healed }));
  const into = (id: string) => main().edges.find(({ to }) => to[0] === id)!;
  const added = main().nodes.at(-1)!.id;
  expect([into(added).reroutes, into('act').reroutes]).toEqual([
    [[250, 7]],
    [
      [550, 60],
      [560, 80],
    ],
  ]);
});

test('all is nodes, notes and frames', () => {
  const canvas = attachTestCanvas(t.app);
  decorate();
  t.app.commands.run('edit.select-all');
  expect(t.app.view.getState().selection.size).toBe(4);
  expect(canvas.marked).toHaveLength(3);
});
