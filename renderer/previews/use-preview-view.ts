/** A preview's controller over elements of a component: made when they are there, given up when they go. */
import { useEffect, useRef, type RefObject } from 'react';
import { useApp } from '../app-context.ts';
import type { Density } from './density.ts';
import { PreviewView, type PreviewElements, type PreviewSubject } from './preview-view.ts';

interface PreviewRefs {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  /** Where the value under the pointer is written; absent where it is not shown. */
  readonly tip?: RefObject<HTMLElement | null>;
  readonly caption: RefObject<HTMLElement | null>;
  /** How the numbers are written there: a function that is the same at every render. */
  readonly captionOf: (root: HTMLElement | null) => PreviewElements['caption'];
  readonly density: Density;
}

/**
 * Shows the subject, or that there is none. The controller is null before the first effect of the component that asks.
 * @param subject the same one as long as it says the same.
 */
export function usePreviewView(
  { canvas, tip, caption, captionOf, density }: PreviewRefs,
  subject: PreviewSubject | null,
): RefObject<PreviewView | null> {
  const { session } = useApp();
  const controller = useRef<PreviewView | null>(null);
  useEffect(() => {
    const made = new PreviewView(
      { canvas: canvas.current!, tip: tip?.current ?? null, caption: captionOf(caption.current) },
      session,
      density,
    );
    controller.current = made;
    return () => {
      made.dispose();
      controller.current = null;
    };
  }, [session, density, canvas, tip, caption, captionOf]);
  useEffect(() => controller.current?.show(subject), [subject]);
  return controller;
}
