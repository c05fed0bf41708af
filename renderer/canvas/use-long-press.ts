/** A finger that rests on the canvas opens the menu of what lies under it, as the right button does. */
import { useEffect, type RefObject } from 'react';

/** So long it rests, in milliseconds, and moves no further than this, in CSS pixels. */
const REST = 500;
const SLACK = 10;

export function useLongPress(container: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = container.current!;
    let press: { readonly x: number; readonly y: number; readonly timer: ReturnType<typeof setTimeout> } | null = null;
    /** The menu is open and the finger still down: letting go is no click on what has come to lie under it. */
    let opened = false;
    const release = (): void => {
      if (press) clearTimeout(press.timer);
      press = null;
    };
    const onDown = (event: PointerEvent): void => {
      release();
      // A second finger is a pinch.
      if (event.pointerType !== 'touch' || !event.isPrimary || !(event.target instanceof Element)) return;
      const { target, clientX, clientY } = event;
      opened = false;
      const open = (): void => {
        release();
        opened = true;
        target.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX, clientY }));
      };
      press = { x: clientX, y: clientY, timer: setTimeout(open, REST) };
    };
    const onMove = (event: PointerEvent): void => {
      if (press && Math.hypot(event.clientX - press.x, event.clientY - press.y) > SLACK) release();
    };
    const onTouchEnd = (event: TouchEvent): void => {
      release();
      if (opened) event.preventDefault();
      opened = false;
    };
    /** Some systems open the menu of a long press themselves: the first of the two does. */
    const onMenu = (event: MouseEvent): void => {
      if (!event.isTrusted) return;
      release();
      if (!opened) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const capture = { capture: true } as const;
    element.addEventListener('pointerdown', onDown, capture);
    element.addEventListener('pointermove', onMove, capture);
    element.addEventListener('touchend', onTouchEnd, { ...capture, passive: false });
    element.addEventListener('touchcancel', release, capture);
    element.addEventListener('contextmenu', onMenu, capture);
    return () => {
      release();
      element.removeEventListener('pointerdown', onDown, capture);
      element.removeEventListener('pointermove', onMove, capture);
      element.removeEventListener('touchend', onTouchEnd, capture);
      element.removeEventListener('touchcancel', release, capture);
      element.removeEventListener('contextmenu', onMenu, capture);
    };
  }, [container]);
}
