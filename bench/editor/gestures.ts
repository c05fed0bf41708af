/**
 * The script of a frame while one pans, zooms and drags a node: in a document of 1,000 nodes, beside React Flow's plain
 * example with as many nodes and wires mounted, one after the other in each round.
 */
import type { Page } from '@playwright/test';
import { rendersDuring, watchRenders, type Renders } from '../../e2e/support/renders.ts';
import { openScene, quantile, WINDOW, type Bench, type Row } from './bench.ts';
import { nodeId, scene } from './scene.ts';
import { scriptingDuring } from './trace.ts';

const NODES = 1000;
const FRAMES = 30;
const FRAME_MILLISECONDS = 1000 / 60;

/** A page with nodes to move, and where the hand takes hold. */
interface Subject {
  readonly page: Page;
  readonly panButton: 'left' | 'middle';
  /** Of a wheel event with Ctrl, as a pinch makes them: what changes the zoom by a hundredth. */
  readonly pinch: number;
  /** Of the node that is dragged: what one takes it by. */
  readonly handle: string;
}

type Gesture = 'pan' | 'zoom' | 'drag';
const GESTURES: readonly Gesture[] = ['pan', 'zoom', 'drag'];

export async function gestures(bench: Bench): Promise<readonly Row[]> {
  const page = await openScene(bench, scene(NODES));
  const app: Subject = { page, panButton: 'middle', pinch: 1, handle: `[data-id="${nodeId(2, 3)}"] .node-header` };
  const mounted = await mountedIn(page);
  const plain = await plainSubject(bench, mounted);
  const none = (): Times => ({ app: [], plain: [] });
  const times: Record<Gesture, Times> = { pan: none(), zoom: none(), drag: none() };
  for (let round = 0; round < bench.rounds; round++) {
    for (const gesture of GESTURES) {
      for (const [name, subject] of Object.entries({ app, plain }) as ['app' | 'plain', Subject][]) {
        times[gesture][name].push(await scriptOfFrames(bench, subject, gesture, round));
      }
    }
  }
  await page.context().close();
  await plain.page.context().close();
  return [
    {
      what: 'nodes mounted, live previews, wires mounted',
      value: `${mounted.nodes}, ${mounted.previews}, ${mounted.wires}`,
    },
    ...GESTURES.flatMap((gesture) => [
      {
        what: `script of the median frame, ${gesture}`,
        value: compared(times[gesture], (frames) => quantile(frames, 0.5)),
      },
      { what: `script per frame in the mean, ${gesture}`, value: compared(times[gesture], mean) },
    ]),
    ...(await renders(bench)),
  ];
}

async function plainSubject({ browser, plain }: Bench, { nodes, wires }: Mounted): Promise<Subject> {
  const context = await browser.newContext({ viewport: WINDOW });
  const page = await context.newPage();
  await page.goto(`${plain}?nodes=${nodes}&edges=${wires}`);
  await page.waitForFunction((wires) => document.querySelectorAll('.react-flow__edge').length === wires, wires);
  return { page, panButton: 'left', pinch: 7, handle: '[data-id="17"]' };
}

interface Mounted {
  readonly nodes: number;
  readonly wires: number;
  /** Previews that show a value. */
  readonly previews: number;
}

async function mountedIn(page: Page): Promise<Mounted> {
  return page.evaluate(() => {
    const count = (selector: string): number => document.querySelectorAll(selector).length;
    return {
      nodes: count('.react-flow__node'),
      wires: count('.react-flow__edge'),
      previews: count('.react-flow__node .caption .mean:not(:empty)'),
    };
  });
}

/** Milliseconds. The hand is put down before, and let go after what is measured. */
async function scriptOfFrames(
  { browser }: Bench,
  subject: Subject,
  gesture: Gesture,
  round: number,
): Promise<readonly number[]> {
  const { page } = subject;
  await page.bringToFront();
  const hand = await take(subject, gesture, round);
  const frames = await scriptingDuring(browser, page, hand.move);
  await hand.release();
  return frames;
}

/** Rounds go forth and back, so that all see as much that is new. */
async function take(
  { page, panButton, pinch, handle }: Subject,
  gesture: Gesture,
  round: number,
): Promise<{ readonly move: () => Promise<void>; readonly release: () => Promise<void> }> {
  const sign = round % 2 === 0 ? -1 : 1;
  if (gesture === 'zoom') {
    await page.mouse.move(WINDOW.width / 2, WINDOW.height / 2);
    await page.keyboard.down('Control');
    // Out, and in again to where it was.
    const move = (): Promise<void> => atSixtyHertz((frame) => page.mouse.wheel(0, frame < FRAMES / 2 ? pinch : -pinch));
    return { move, release: () => page.keyboard.up('Control') };
  }
  const button = gesture === 'pan' ? panButton : 'left';
  const start = await (gesture === 'pan' ? emptyPlace(page) : placeOf(page, handle));
  await page.mouse.move(start.x, start.y);
  await page.mouse.down({ button });
  // Past the distance from which on it is no click.
  let x = start.x + 10 * sign;
  await page.mouse.move(x, start.y);
  return {
    move: () =>
      atSixtyHertz(async () => {
        x += 8 * sign;
        await page.mouse.move(x, start.y);
      }),
    release: () => page.mouse.up({ button }),
  };
}

async function atSixtyHertz(step: (frame: number) => Promise<void>): Promise<void> {
  let due = performance.now();
  for (let frame = 0; frame < FRAMES; frame++) {
    await step(frame);
    due = Math.max(due + FRAME_MILLISECONDS, performance.now());
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
  }
}

/** Near the middle of the window: of the canvas alone, also where the pointer is before the canvas has followed it. */
async function emptyPlace(page: Page): Promise<{ readonly x: number; readonly y: number }> {
  return page.evaluate(({ width, height }) => {
    const isEmpty = (x: number, y: number): boolean =>
      document.elementFromPoint(x, y)?.classList.contains('react-flow__pane') ?? false;
    for (let y = height / 2; y < height; y += 4) {
      for (let x = width / 2; x < width; x += 4) {
        if (isEmpty(x, y) && isEmpty(x - 12, y) && isEmpty(x + 12, y)) return { x, y };
      }
    }
    throw new Error('no empty place of the canvas is in view');
  }, WINDOW);
}

async function placeOf(page: Page, selector: string): Promise<{ readonly x: number; readonly y: number }> {
  const { x, y, width, height } = (await page.locator(selector).boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
}

/** Of each round: milliseconds of script in each frame. */
interface Times {
  readonly app: (readonly number[])[];
  readonly plain: (readonly number[])[];
}

function compared(times: Times, ofRound: (frames: readonly number[]) => number): string {
  const [app, plain] = [times.app.map(ofRound), times.plain.map(ofRound)];
  const ratios = app.map((time, round) => time / plain[round]!);
  const spread = (values: readonly number[]): string => {
    const [least, median, most] = [0, 0.5, 1].map((at) => quantile(values, at).toFixed(2));
    return `${median} (${least} … ${most})`;
  };
  return `${spread(app)} ms, plain ${spread(plain)} ms, ratio ${spread(ratios)}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Counted apart, because counting is script too. */
async function renders(bench: Bench): Promise<readonly Row[]> {
  const page = await openScene(bench, scene(NODES), watchRenders);
  const app: Subject = { page, panButton: 'middle', pinch: 1, handle: `[data-id="${nodeId(2, 3)}"] .node-header` };
  const rows: Row[] = [];
  for (const gesture of GESTURES) {
    const hand = await take(app, gesture, 0);
    const counted = await rendersDuring(page, hand.move);
    await hand.release();
    rows.push({
      what: `rendered again, ${gesture}`,
      value: describe(counted, gesture === 'drag' ? nodeId(2, 3) : null),
    });
  }
  await page.context().close();
  return rows;
}

function describe({ nodes, wires, mounted }: Renders, moved: string | null): string {
  const unmoved = Object.keys(nodes).filter((id) => id !== moved);
  return `${unmoved.length} unmoved nodes, ${Object.keys(wires).length} wires; mounted ${Object.keys(mounted).length}`;
}
