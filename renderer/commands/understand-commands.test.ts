import { expect, test } from 'vitest';
import { setSeed } from '../../graph/edits.ts';
import { createTestApp } from '../testing/test-app.ts';

test('any two moments: one is kept by its step, and the other is walked to', () => {
  const { app } = createTestApp();
  const { getState } = app.document;
  const opened = getState().document;
  app.commands.run('view.compare-now');
  expect(app.view.getState().compared).toMatchObject({ document: opened, name: 'how it was opened' });
  getState().dispatch(setSeed(opened, 1));
  getState().seal();
  const first = getState().document;
  app.commands.run('view.compare-now');
  expect(app.view.getState().compared).toMatchObject({ name: 'how it was after “Set the seed to 1”' });
  getState().dispatch(setSeed(first, 2));
  expect(app.view.getState().compared?.document).toBe(first);
  app.commands.run('view.compare-step');
  expect(app.view.getState().compared).toMatchObject({ document: first, name: 'before “Set the seed to 2”' });
});
