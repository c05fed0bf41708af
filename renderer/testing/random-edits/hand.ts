/** A hand that does at random what people do: the application it works on, what it can reach, and how it chooses. */
import fc from 'fast-check';
import type { Edge, GraphModule, GraphNode, PatchbayDocument } from '../../../graph/schema.ts';
import { picks, some } from '../../../graph/testing/picks.ts';
import type { App } from '../../app-context.ts';
import type { CanvasStore } from '../../canvas/canvas-store.ts';
import type { CanvasActions } from '../../canvas/actions.ts';
import type { Point } from '../../canvas/geometry.ts';
import { openModule } from '../../commands/open-module.ts';
import type { TestApp } from '../test-app.ts';
import { attachActingCanvas } from '../test-canvas.ts';

/** One thing that a hand does; it may turn out to do nothing. */
export interface Act {
  readonly name: string;
  /** How often, beside the others. */
  readonly weight: number;
  readonly act: (hand: Hand) => void | Promise<void>;
}

export interface Hand {
  readonly test: TestApp;
  readonly app: App;
  readonly canvas: CanvasStore;
  readonly actions: CanvasActions;
  /** A whole number from 0, below `count`. */
  readonly below: (count: number) => number;
  /** One of a list; undefined if it is empty. */
  readonly some: <T>(list: readonly T[]) => T | undefined;
  /** Holds so often. */
  readonly chance: (share: number) => boolean;
  readonly document: () => PatchbayDocument;
  readonly module: () => GraphModule;
  readonly node: () => GraphNode | undefined;
  readonly edge: () => Edge | undefined;
  /** A place on the canvas, near to what is there. */
  readonly point: () => Point;
}

/** Shares are told apart so finely. */
const CHANCES = 1000;

/** A hand that does the same for the same seed. */
export function createHand(test: TestApp, seed: number): Hand {
  const { app } = test;
  const { store, actions } = attachActingCanvas(app);
  const [pick] = fc.sample(picks, { seed, numRuns: 1 });
  const below = pick!;
  const oneOf = <T>(list: readonly T[]): T | undefined => some(list, below);
  const module = (): GraphModule => openModule(app);
  return {
    test,
    app,
    canvas: store,
    actions,
    below,
    some: oneOf,
    chance: (share) => below(CHANCES) < share * CHANCES,
    document: () => app.document.getState().document,
    module,
    node: () => oneOf(module().nodes),
    edge: () => oneOf(module().edges),
    point: () => ({ x: below(2000) - 200, y: below(1200) - 200 }),
  };
}

/** Does one of these, by their weights; then whatever it asks is answered and whatever it began has ended. @returns what. */
export async function doSomething(hand: Hand, acts: readonly Act[]): Promise<string> {
  let rest = hand.below(acts.reduce((sum, { weight }) => sum + weight, 0));
  const chosen = acts.find(({ weight }) => (rest -= weight) < 0)!;
  await chosen.act(hand);
  await settle(hand);
  return chosen.name;
}

/** Dialogs are answered as they propose, now and then with a name that is none, or not at all. */
async function settle({ app, some, chance }: Hand): Promise<void> {
  for (let quiet = 0; quiet < 3;) {
    await new Promise((resolve) => setTimeout(resolve));
    const { dialog, answer } = app.notices.getState();
    if (!dialog) {
      quiet++;
      continue;
    }
    quiet = 0;
    const button = chance(0.9) ? dialog.buttons.findLast(({ id }) => id !== 'cancel') : undefined;
    answer(button?.id ?? 'cancel', chance(0.9) ? dialog.input?.initial : some(['', '9 lives', 'constructor']));
  }
}
