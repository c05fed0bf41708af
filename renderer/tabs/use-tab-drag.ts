/** Tabs are dragged to another place: they follow the pointer's place among the others. */
import { useRef, type PointerEvent, type RefObject } from 'react';
import { useApp } from '../app-context.ts';
import type { TabId } from '../stores/tabs.ts';
import { tabElementId } from './tab-ids.ts';

/** A hand that clicks moves no less than this, in CSS pixels. */
const SLACK = 5;

export function useTabDrag(strip: RefObject<HTMLElement | null>) {
  const app = useApp();
  const held = useRef<{ readonly id: TabId; readonly from: number; moving: boolean } | null>(null);
  const end = (): void => {
    held.current = null;
  };
  return (id: TabId) => ({
    onPointerDown: ({ button, clientX }: PointerEvent) => {
      if (button === 0) held.current = { id, from: clientX, moving: false };
    },
    onPointerMove: ({ clientX, currentTarget, pointerId, buttons }: PointerEvent) => {
      const drag = held.current;
      if (!drag || buttons === 0) return;
      if (!drag.moving && Math.abs(clientX - drag.from) < SLACK) return;
      // Only now: a click goes to what lies under the pointer as long as nothing has it.
      if (!drag.moving) currentTarget.setPointerCapture(pointerId);
      drag.moving = true;
      const index = placeAmong(strip.current, drag.id, clientX);
      const { tabs, move } = app.tabs.getState();
      if (tabs[index]?.id !== drag.id) move(drag.id, index);
    },
    onPointerUp: end,
    onPointerCancel: end,
  });
}

/** How many of the other tabs have their middle left of there. */
function placeAmong(strip: HTMLElement | null, id: TabId, x: number): number {
  const others = [...(strip?.querySelectorAll('[role="tab"]') ?? [])].filter((tab) => tab.id !== tabElementId(id));
  return others.filter((tab) => {
    const { left, width } = tab.parentElement!.getBoundingClientRect();
    return left + width / 2 < x;
  }).length;
}
