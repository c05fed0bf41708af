import { expect, test } from 'vitest';
import { openNodeGpu } from '../../gpu/runtime/node-gpu.ts';
import { createRunner, editedDocuments, walkedBackAndForth } from '../testing/undo-results.ts';
import { openGpuDevice } from './gpu-device.ts';

test('undo and redo dispatch nothing while values are kept', async () => {
  const device = await openGpuDevice(await openNodeGpu(), null, () => undefined);
  expect(await walkedBackAndForth(device, 'attention')).toEqual([0, 0, 0, 0, 0, 0]);
  await device.dispose();
});

test('what the pool has dropped is computed again, to the same bits', async () => {
  const large = await openGpuDevice(await openNodeGpu(), null, () => undefined);
  const [first] = await editedDocuments();
  const { keptBytes } = await createRunner(large, 'attention')(first!);
  await large.dispose();
  // Room for the values of one document.
  const small = await openGpuDevice(await openNodeGpu(), null, () => undefined, keptBytes);
  const steps = await walkedBackAndForth(small, 'attention');
  expect(steps.filter((count) => count === 0)).toEqual([]);
  await small.dispose();
});
