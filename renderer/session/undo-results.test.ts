import { expect, test } from 'vitest';
import { createRunner, editedDocuments, walkedBackAndForth } from '../testing/undo-results.ts';
import { createReferenceDevice } from './reference-device.ts';

test.each(['', 'attention'])('undo and redo run nothing again while values are kept (open: “%s”)', async (openPath) => {
  expect(await walkedBackAndForth(createReferenceDevice(), openPath)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('what is no longer kept is computed again, to the same values', async () => {
  const steps = await walkedBackAndForth(createReferenceDevice(0), '');
  expect(steps.filter((count) => count === 0)).toEqual([]);
});

test('an edit in the module that is open leaves what does not follow from it', async () => {
  const run = createRunner(createReferenceDevice(), 'attention');
  const [before, scaled] = await editedDocuments();
  await run(before!);
  const { stepsRun, stepsTotal } = await run(scaled!);
  expect(stepsRun).toBeGreaterThan(0);
  expect(stepsRun).toBeLessThan(stepsTotal);
});
