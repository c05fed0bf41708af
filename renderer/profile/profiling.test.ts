/** What the profile panel is told: measured, outdated by an edit and not by a move, left with its document. */
import { expect, test } from 'vitest';
import { moveNodes, setSeed } from '../../graph/edits.ts';
import type { Profile } from '../../gpu/profile.ts';
import { ProfileStoppedError } from '../session/session-api.ts';
import { createProfileStore } from '../stores/profile.ts';
import { emptyDocument } from '../commands/documents.ts';
import { vitTemplate } from '../../nodes/testing/graphs.ts';
import { createTestApp } from '../testing/test-app.ts';
import { createProfiling } from './profiling.ts';

const PROFILE: Profile = { works: [], milliseconds: 3, runs: 1, clock: 'submissions', tick: 0, ceilings: null };

function start(document = emptyDocument()) {
  const { app } = createTestApp(document);
  const asked: PromiseWithResolvers<Profile>[] = [];
  const session = {
    profile: () => {
      asked.push(Promise.withResolvers());
      return asked.at(-1)!.promise;
    },
  };
  const profiling = createProfiling({ ...app, session }, createProfileStore());
  const edit = (seed: number) => {
    app.document.getState().dispatch(setSeed(app.document.getState().document, seed));
    app.document.getState().seal();
  };
  const measure = async (): Promise<void> => {
    const measuring = profiling.start();
    asked.at(-1)!.resolve(PROFILE);
    await measuring;
  };
  return { app, asked, profiling, edit, measure, state: () => profiling.store.getState() };
}

test('measured: the profile, with the tree and the device that it is of', async () => {
  const s = start();
  expect(s.state()).toEqual({ kind: 'none' });
  const measuring = s.profiling.start();
  expect(s.state()).toEqual({ kind: 'measuring' });
  s.asked[0]!.resolve(PROFILE);
  await measuring;
  const { tree } = s.app.derived.getState();
  expect(s.state()).toEqual({ kind: 'measured', profile: PROFILE, tree, device: '', outdated: false });
});

test('an edit outdates it, and what undoes the edit does not', async () => {
  const s = start();
  await s.measure();
  s.edit(7);
  expect(s.state()).toMatchObject({ kind: 'measured', outdated: true });
  s.app.document.getState().undo();
  expect(s.state()).toMatchObject({ kind: 'measured', outdated: false });
});

test('where things stand counts for nothing', async () => {
  const s = start(await vitTemplate());
  await s.measure();
  const { document } = s.app.document.getState();
  const module = document.modules.find(({ name }) => name === document.main)!;
  s.app.document.getState().dispatch(moveNodes(document, module.name, new Map([[module.nodes[0]!.id, [7, 9]]])));
  expect(s.app.document.getState().document).not.toBe(document);
  expect(s.state()).toMatchObject({ kind: 'measured', outdated: false });
});

test('what stops it leaves what was there; what fails is told', async () => {
  const s = start();
  const first = s.profiling.start();
  s.asked[0]!.reject(new ProfileStoppedError());
  await first;
  expect(s.state()).toEqual({ kind: 'none' });
  await s.measure();
  const second = s.profiling.start();
  s.edit(7);
  s.asked.at(-1)!.reject(new ProfileStoppedError());
  await second;
  expect(s.state()).toMatchObject({ kind: 'measured', outdated: true });
  const third = s.profiling.start();
  s.asked.at(-1)!.reject(new Error('no memory'));
  await third;
  expect(s.state()).toEqual({ kind: 'failed', message: 'no memory' });
});

test('it is left with its document, and comes back with it; what is under way is given up', async () => {
  const s = start();
  await s.measure();
  const measured = s.state();
  const back = s.profiling.leave();
  expect(s.state()).toEqual({ kind: 'none' });
  const late = s.profiling.start();
  const backToNothing = s.profiling.leave();
  back();
  expect(s.state()).toEqual(measured);
  s.asked.at(-1)!.resolve({ ...PROFILE, milliseconds: 99 });
  await late;
  expect(s.state()).toEqual(measured);
  backToNothing();
  expect(s.state()).toEqual({ kind: 'none' });
});
