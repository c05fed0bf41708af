/**
 * Which parts of the canvas React renders, counted by its hook for developer tools: the application knows nothing of it,
 * and a part that is only mounted is told apart from one that is rendered again.
 */
import type { Page } from '@playwright/test';

/** How often something inside of each node and wire was rendered or mounted, by React Flow id. */
export interface Renders {
  readonly nodes: Readonly<Record<string, number>>;
  readonly wires: Readonly<Record<string, number>>;
  readonly mounted: Readonly<Record<string, number>>;
}

/** What is read of React's tree. */
interface Fiber {
  readonly tag: number;
  readonly flags: number;
  readonly alternate: Fiber | null;
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  readonly type: unknown;
  readonly memoizedProps: Readonly<Record<string, unknown>> | null;
}

interface Counter {
  nodes: Record<string, number>;
  wires: Record<string, number>;
  mounted: Record<string, number>;
  counting: boolean;
}

interface Counted {
  __renders: Counter;
}

/** Before the page is opened. */
export async function watchRenders(page: Page): Promise<void> {
  await page.addInitScript(() => {
    /** React's own mark on a component whose function ran in this commit. */
    const PERFORMED_WORK = 1;
    /** Functions, classes, and both inside of `forwardRef` and `memo`. */
    const COMPONENTS = new Set([0, 1, 11, 14, 15]);
    const HOST = 5;
    const counter: Counter = { nodes: {}, wires: {}, mounted: {}, counting: false };
    Object.assign(window, { __renders: counter });

    type Part = { readonly kind: 'nodes' | 'wires'; readonly id: string } | null;
    const partOf = ({ tag, memoizedProps }: Fiber): Part => {
      const [name, id] = [memoizedProps?.['className'], memoizedProps?.['data-id']];
      if (tag !== HOST || typeof name !== 'string' || typeof id !== 'string') return null;
      if (/(^| )react-flow__node( |$)/.test(name)) return { kind: 'nodes', id };
      return /(^| )react-flow__edge( |$)/.test(name) ? { kind: 'wires', id } : null;
    };
    const count = (counts: Record<string, number>, id: string): void => {
      counts[id] = (counts[id] ?? 0) + 1;
    };
    /** The part that a component outside of all parts is the wrapper of. */
    const wrapped = ({ child }: Fiber): Part => child && (partOf(child) ?? (child.tag === HOST ? partIn(child) : null));
    const partIn = ({ child }: Fiber): Part => child && partOf(child);

    const visit = (fiber: Fiber, around: Part): void => {
      const before = fiber.alternate;
      const part = partOf(fiber) ?? around;
      if (COMPONENTS.has(fiber.tag)) {
        const mine = part ?? wrapped(fiber);
        // A wrapper that had nothing in it is there for what was out of sight.
        const rendered = before?.child != null && (fiber.flags & PERFORMED_WORK) !== 0;
        if (mine && rendered) count(counter[mine.kind], mine.id);
      }
      if (!before && part && !around) {
        count(counter.mounted, part.id);
        return;
      }
      // What React left alone has the children that it had.
      if (before && before.child === fiber.child) return;
      for (let child = fiber.child; child; child = child.sibling) visit(child, part);
    };
    Object.assign(window, {
      __REACT_DEVTOOLS_GLOBAL_HOOK__: {
        supportsFiber: true,
        renderers: new Map(),
        inject: () => 1,
        onCommitFiberUnmount: () => undefined,
        onPostCommitFiberRoot: () => undefined,
        onCommitFiberRoot: (_: number, root: { readonly current: Fiber }) => {
          if (counter.counting) visit(root.current, null);
        },
      },
    });
  });
}

/** What was rendered while `act` ran and until the page came to rest after it. */
export async function rendersDuring(page: Page, act: () => Promise<void>): Promise<Renders> {
  await page.evaluate(() => {
    const counter = (window as unknown as Counted).__renders;
    Object.assign(counter, { nodes: {}, wires: {}, mounted: {}, counting: true });
  });
  await act();
  return page.evaluate(async () => {
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    // What the last event set going is committed by the end of the next frame.
    await frame();
    await frame();
    const counter = (window as unknown as Counted).__renders;
    counter.counting = false;
    const { nodes, wires, mounted } = counter;
    return { nodes, wires, mounted };
  });
}
