import { expect, test } from 'vitest';
import { addNode } from '../../graph/edits.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { COMMANDS } from '../commands/list.ts';
import { createTestApp } from '../testing/test-app.ts';
import { factsOf, TOUR_STEPS, TOUR_TEMPLATE } from './steps.ts';
import { startTour } from './start.ts';

const step = (title: string) => TOUR_STEPS.find((one) => one.title === title)!;

test('steps are done by doing', async () => {
  const { app } = createTestApp();
  await startTour(app);
  expect(app.view.getState().tour).toEqual({ step: 0, running: true });
  const start = factsOf(app);
  expect(TOUR_STEPS.filter(({ done }) => done(start, start)).map(({ title }) => title)).toEqual(['Go back up']);
  app.view.getState().select(['attention']);
  expect(step('A graph that computes').done(factsOf(app), start)).toBe(true);
  const { document, dispatch } = app.document.getState();
  dispatch(addNode(document, 'VisionAttention', { type: 'gelu', position: [0, 0] }));
  expect(step('Add a node').done(factsOf(app), start)).toBe(true);
  app.document.getState().undo();
  expect(step('Take it back').done(factsOf(app), start)).toBe(true);
  app.view.getState().open('attention');
  expect(step('Open a module').done(factsOf(app), start)).toBe(true);
});

test('what the steps are about is in the template', async () => {
  const { modules } = await TEMPLATES.find(({ name }) => name === TOUR_TEMPLATE)!.load();
  const ids = modules.flatMap(({ nodes }) => nodes.map(({ id }) => id));
  for (const { anchor } of TOUR_STEPS) {
    const id = /data-node="(\w+)"/.exec(anchor)?.[1];
    if (id !== undefined) expect(ids).toContain(id);
  }
});

test('a tour that was left goes on where it was, in the module that it was in', async () => {
  const { app } = createTestApp();
  const at = TOUR_STEPS.findIndex(({ place }) => place !== '');
  app.view.getState().setTour({ step: at });
  await startTour(app);
  expect(app.view.getState()).toMatchObject({ openPath: 'attention', tour: { step: at, running: true } });
});

test('keys that the texts name are keys of commands', () => {
  const keys = new Set(COMMANDS.flatMap((command) => command.keys ?? []));
  const named = TOUR_STEPS.flatMap(({ text }) => text.match(/\b(?:Mod|Shift)\+[A-Z]|\bF\d+/g) ?? []);
  expect(named).toEqual(['F1', 'Mod+Z', 'Shift+A', 'Mod+K', 'Mod+F', 'Mod+E']);
  for (const key of named) expect(keys, key).toContain(key);
});
