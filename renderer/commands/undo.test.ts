import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';
import { parseDocument } from '../../graph/file.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { FULL } from '../../scripts/effort.ts';
import { isDirty } from '../stores/document.ts';
import { instanceOf } from '../stores/navigation.ts';
import { layOut, type LayoutRequest } from '../canvas/layout.ts';
import { createHand, doSomething, type Act, type Hand } from '../testing/random-edits/hand.ts';
import { moduleActs } from '../testing/random-edits/module-acts.ts';
import { NODE_ACTS } from '../testing/random-edits/node-acts.ts';
import { Trail } from '../testing/random-edits/trail.ts';
import { VALUE_ACTS } from '../testing/random-edits/value-acts.ts';
import { WIRE_ACTS } from '../testing/random-edits/wire-acts.ts';
import { createTestApp } from '../testing/test-app.ts';
import { openModule } from './open-module.ts';

const EDITS = FULL ? 500 : 100;
const TIMEOUT = FULL ? 30 * 60_000 : 120_000;

/** The layout's worker, in this thread. */
class LocalWorker extends EventTarget {
  postMessage(request: LayoutRequest): void {
    this.dispatchEvent(new MessageEvent('message', { data: layOut(request) }));
  }

  terminate(): void {}
}

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  vi.stubGlobal('Worker', LocalWorker);
});

async function template(id: string): Promise<PatchbayDocument> {
  return parseDocument(await readFile(new URL(`../../templates/${id}.patchbay`, import.meta.url))).document;
}

const acts: readonly Act[] = [
  ...NODE_ACTS,
  ...WIRE_ACTS,
  ...VALUE_ACTS,
  ...moduleActs([await template('merge'), await template('attention')]),
];

/** Above this a hand rather deletes: everything is derived anew at every step. */
const MANY_NODES = 60;
const DELETING = acts.filter(({ name }) => name === 'edit.delete' || name === 'edit.delete-unused-modules');

function nodeCount({ document }: Hand): number {
  return document().modules.reduce((count, { nodes }) => count + nodes.length, 0);
}

/** Does so many things that change the document. */
async function edit(hand: Hand, trail: Trail, count: number): Promise<void> {
  for (let left = count; left > 0;) {
    const what = await doSomething(hand, nodeCount(hand) > MANY_NODES && hand.chance(0.5) ? DELETING : acts);
    if (trail.follow(what)) left--;
  }
}

/** Where an edit acted is on screen, and selected as far as it exists. */
function shownWhereItActs({ app, module }: Hand, before: boolean): void {
  const { past, future } = app.document.getState().history;
  const place = (before ? future : past).at(-1)!.place;
  if (!place || instanceOf(app.derived.getState().tree, place.module, '') === null) return;
  expect(openModule(app).name).toBe(place.module);
  const there = place.nodeIds.filter((id) => module().nodes.some((node) => node.id === id));
  expect(app.view.getState().selection).toEqual(new Set(there));
}

/** A hand that does the same again for the same seed; the seed is what a failure tells. */
const seeds = fc.noShrink(fc.nat());

test(
  `${EDITS} random edits undo to the start and redo to the end, with the same bytes and facts at every step`,
  async () => {
    const start = await template('attention');
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const hand = createHand(createTestApp(start), seed);
        const { commands, document } = hand.app;
        const trail = new Trail(hand.app);
        await edit(hand, trail, EDITS);
        const end = trail.length;
        expect(document.getState().history.past).toHaveLength(end);

        for (let left = end; left > 0; left--) {
          commands.run('edit.undo');
          trail.compare();
          shownWhereItActs(hand, true);
        }
        expect(document.getState().document).toBe(start);
        expect(isDirty(document.getState())).toBe(false);
        for (let left = end; left > 0; left--) {
          commands.run('edit.redo');
          trail.compare();
          shownWhereItActs(hand, false);
        }
        expect(document.getState().history).toMatchObject({ future: [] });
      }),
      { numRuns: FULL ? 3 : 1 },
    );
  },
  TIMEOUT,
);

test(
  'walks through the history lead to the same, and edits in the midst of it begin a branch',
  async () => {
    const start = await template('merge');
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const hand = createHand(createTestApp(start), seed);
        const { document } = hand.app;
        const trail = new Trail(hand.app);
        for (let branch = 0; branch < 4; branch++) {
          await edit(hand, trail, EDITS / 10);
          for (let walks = 0; walks < 6; walks++) {
            document.getState().walk(hand.below(trail.length + 1));
            trail.compare();
          }
          trail.cut();
        }
      }),
      { numRuns: FULL ? 5 : 1 },
    );
  },
  TIMEOUT,
);
