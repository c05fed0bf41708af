import { expect, test } from 'vitest';
import { analyse } from '../../graph/analyse.ts';
import { describeProblem } from '../../graph/problems.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { weightShapes } from '../../nodes/weights.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { createCheckpointOpener } from '../session/open-checkpoint.ts';
import type { ToCompiler } from '../session/protocol.ts';
import { checkpointFile, checkpointOf } from '../testing/checkpoints.ts';
import { createTestApp } from '../testing/test-app.ts';
import { loadWeights, nameWeights } from './weights-commands.ts';
import { withHashing } from './with-hashing.ts';

const attention = (): Promise<PatchbayDocument> => TEMPLATES.find(({ name }) => name === 'attention')!.load();

/** An application that opens what its document names, as the running one does. */
function appWith(document: PatchbayDocument) {
  const test = createTestApp(document);
  const { app } = test;
  const sent: ToCompiler[] = [];
  const compiler = {
    post: (message: ToCompiler) => void sent.push(message),
    listen: () => undefined,
    onBreak: () => undefined,
    onRestart: () => undefined,
  };
  const open = createCheckpointOpener(app.checkpoints, app.document, compiler, app.checkpoint, (start) =>
    withHashing(app.notices, start),
  );
  return { ...test, sent, opened: () => open(app.document.getState().document) };
}

function fileFor(document: PatchbayDocument, leave: (path: string) => boolean, name = 'attention.safetensors') {
  const weights = weightShapes(analyse(document, NODES).tree).filter(({ path }) => !leave(path));
  return checkpointOf(
    name,
    new Map(
      weights.map(({ path, shape }) => {
        return [path, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }];
      }),
    ),
  );
}

test('the document names the file that was chosen; undo and the seed take it away again', async () => {
  const document = await attention();
  const { app, pickNext, sent, opened } = appWith(document);
  const file = fileFor(document, () => false);
  pickNext(null);
  await loadWeights(app);
  expect(app.document.getState().document.weights).toBeUndefined();

  pickNext(file);
  await loadWeights(app);
  await opened();
  const named = { path: 'attention.safetensors', sha256: file.sha256 };
  expect(app.document.getState().document.weights).toEqual(named);
  expect(app.checkpoint.getState()).toMatchObject({ kind: 'open', checkpoint: { hash: file.sha256 } });
  expect(app.derived.getState().problems).toEqual([]);
  expect(sent.map(({ kind }) => kind)).toEqual(['checkpoint']);

  app.commands.run('edit.undo');
  await opened();
  expect(app.document.getState().document).toEqual(document);
  expect(app.checkpoint.getState()).toEqual({ kind: 'none' });
  app.commands.run('edit.redo');
  await opened();
  app.commands.run('file.draw-weights');
  await opened();
  expect(app.document.getState().document).toEqual(document);
  // Once is enough for one file.
  expect(sent).toHaveLength(1);
});

test('what does not fit is told at its node, and follows the edits of the graph', async () => {
  const document = await attention();
  const { app, pickNext, opened } = appWith(document);
  pickNext(fileFor(document, (path) => path.endsWith('q_proj.weight')));
  await loadWeights(app);
  // First the person is told.
  expect(app.document.getState().document).toBe(document);
  nameWeights(app, app.view.getState().proposed!.reference);
  await opened();
  const [problem, ...others] = app.derived.getState().problems;
  expect(others).toEqual([]);
  expect(describeProblem(problem!)).toMatch(
    /^attention\.q_proj: attention\.safetensors lacks the weight attention\.q_proj\.weight$/,
  );
  expect(problem!.place).toMatchObject({ nodeId: expect.any(String), module: expect.any(String) });
  app.commands.run('file.draw-weights');
  await opened();
  expect(app.derived.getState().problems).toEqual([]);
});

test('a file that is not there is told once, and located by choosing it', async () => {
  const document = await attention();
  const file = fileFor(document, () => false);
  const weights = { path: file.path, sha256: file.sha256 };
  const { app, pickNext, opened } = appWith({ ...document, weights });
  await opened();
  expect(app.checkpoint.getState()).toEqual({ kind: 'missing' });
  expect(app.derived.getState().problems.map(({ code }) => code)).toEqual(['weights.absent']);
  pickNext(file);
  await loadWeights(app);
  await opened();
  // It is the file that the document names: nothing was edited.
  expect(app.document.getState().history.past).toEqual([]);
  expect(app.derived.getState().problems).toEqual([]);
});

test('rules of the document make the names of a file the graph’s, and stay with the file', async () => {
  const document = await attention();
  const other = document.modules.map((module) => ({
    ...module,
    nodes: module.nodes.map((node) => (node.name === 'q_proj' ? { ...node, name: 'asking' } : node)),
  }));
  const file = fileFor(document, () => false);
  const weights = {
    path: 'moved.safetensors',
    sha256: file.sha256,
    rename: ['**.q_proj.**=**.asking.**', '**.k_proj.*='],
  };
  const { app, pickNext, opened } = appWith({ ...document, modules: other, weights });
  pickNext(file);
  await loadWeights(app);
  await opened();
  expect(app.document.getState().document.weights).toEqual({ ...weights, path: file.path });
  expect(app.derived.getState().problems.map(({ message }) => message)).toEqual([
    'attention.safetensors lacks 2 weights: attention.k_proj.weight, attention.k_proj.bias',
  ]);
});

test('a rule that is none is told, and nothing is computed with it', async () => {
  const document = await attention();
  const { app, opened, sent } = appWith({
    ...document,
    weights: { path: 'a.safetensors', sha256: '0'.repeat(64), rename: ['q_proj'] },
  });
  await opened();
  expect(app.checkpoint.getState()).toEqual({ kind: 'broken', message: 'the rule "q_proj": write FROM=TO' });
  expect(app.derived.getState().problems.map(({ code }) => code)).toEqual(['weights.broken']);
  expect(sent).toEqual([]);
});

test('another file in the place of a missing one is an edit, and is told', async () => {
  const document = await attention();
  const { app, pickNext, opened } = appWith({
    ...document,
    weights: { path: 'a.safetensors', sha256: '0'.repeat(64) },
  });
  await opened();
  pickNext(fileFor(document, () => false, 'b.safetensors'));
  await loadWeights(app);
  await opened();
  expect(app.document.getState().document.weights?.path).toBe('b.safetensors');
  expect(app.notices.getState().toasts.at(-1)?.message).toContain('other weights than a.safetensors');
  expect(app.derived.getState().problems).toEqual([]);
});

test('a broken file is told and changes nothing', async () => {
  const document = await attention();
  const { app, pickNext } = appWith(document);
  pickNext(checkpointFile('notes.safetensors', new TextEncoder().encode('these are notes')));
  await loadWeights(app);
  expect(app.document.getState().document).toBe(document);
  expect(app.notices.getState().toasts.at(-1)?.message).toMatch(/^notes\.safetensors is no checkpoint: /);
});

test('weights that fit and hold values that are no numbers are loaded, and that is told', async () => {
  const document = await attention();
  const { app, pickNext } = appWith(document);
  const weights = weightShapes(analyse(document, NODES).tree).map(({ path, shape }) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    if (path.endsWith('k_proj.weight')) data[7] = Number.NaN;
    return [path, { shape, data }] as const;
  });
  pickNext(checkpointOf('diverged.safetensors', new Map(weights)));
  await loadWeights(app);
  expect(app.document.getState().document.weights?.path).toBe('diverged.safetensors');
  await expect
    .poll(() => app.notices.getState().toasts.map(({ message }) => message))
    .toContainEqual(
      expect.stringMatching(
        /^diverged\.safetensors has values that are no numbers \(NaN or infinite\): [\w.]+k_proj\.weight, element 7$/,
      ),
    );
});
