import { expect, test } from 'vitest';
import { TEMPLATES } from '../../templates/registry.ts';
import type { CheckpointFile, HashJob } from '../platform/platform.ts';
import { createCheckpoints } from '../session/checkpoints.ts';
import { createCheckpointOpener } from '../session/open-checkpoint.ts';
import { weightProblems } from '../stores/checkpoint.ts';
import { checkpointOf } from '../testing/checkpoints.ts';
import { createTestApp } from '../testing/test-app.ts';
import { checkWeights } from './weights-commands.ts';
import { withHashing } from './with-hashing.ts';

const FILE = checkpointOf('large.safetensors', new Map([['a', { shape: [1], data: Float32Array.of(1) }]]));

/** An application whose document names a checkpoint that a shell hashes as long as the test lets it. */
async function appThatHashes() {
  const document = await TEMPLATES.find(({ name }) => name === 'attention')!.load();
  const { app } = createTestApp({ ...document, weights: { path: FILE.path, sha256: FILE.sha256 } });
  const hashings: { readonly job: HashJob; readonly finish: (file: CheckpointFile | null) => void }[] = [];
  const checkpoints = createCheckpoints({
    pickCheckpoint: async () => null,
    openCheckpoint: (_file, _path, _sha256, job) => {
      const { promise, resolve, reject } = Promise.withResolvers<CheckpointFile | null>();
      job!.signal.addEventListener('abort', () => reject(job!.signal.reason as Error));
      hashings.push({ job: job!, finish: resolve });
      return promise;
    },
  });
  const compiler = {
    post: () => undefined,
    listen: () => undefined,
    onBreak: () => undefined,
    onRestart: () => undefined,
  };
  const open = createCheckpointOpener(checkpoints, app.document, compiler, app.checkpoint, (start) =>
    withHashing(app.notices, start),
  );
  return { app, hashings, opened: () => open(app.document.getState().document) };
}

test('how far the hash is stands in the dialog of work, from when it is told first until it is known', async () => {
  const { app, hashings, opened } = await appThatHashes();
  const opening = opened();
  expect(app.notices.getState().work).toBeNull();
  hashings[0]!.job.onProgress('large.safetensors', 0.25);
  expect(app.notices.getState().work).toMatchObject({ title: 'Checking large.safetensors', progress: 0.25 });
  hashings[0]!.finish(FILE);
  await opening;
  expect(app.notices.getState().work).toBeNull();
  expect(app.checkpoint.getState().kind).toBe('open');
});

test('a check that was cancelled is one problem, and is made again only when it is asked for', async () => {
  const { app, hashings, opened } = await appThatHashes();
  const opening = opened();
  hashings[0]!.job.onProgress('large.safetensors', 0.5);
  app.notices.getState().work!.cancel();
  await opening;
  expect(app.notices.getState().work).toBeNull();
  const { document } = app.document.getState();
  const problems = () => weightProblems(document, app.derived.getState().tree, app.checkpoint.getState());
  expect(problems()).toMatchObject([{ code: 'weights.unchecked', place: { param: 'weights' } }]);
  expect(problems()[0]!.message).toContain('large.safetensors');
  await opened();
  expect(hashings).toHaveLength(1);

  checkWeights(app);
  const again = opened();
  expect(hashings).toHaveLength(2);
  // Another file under the name.
  hashings[1]!.finish(null);
  await again;
  expect(problems()).toMatchObject([{ code: 'weights.absent', place: { param: 'weights' } }]);
});
