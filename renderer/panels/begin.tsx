/**
 * Starts the threads that compute once what is on screen can be used: devices, compilers and their code would take from
 * it the time to get there. In the gallery that is a moment later, for whoever opens a document at once.
 */
import { useEffect } from 'react';
import { useApp } from '../app-context.ts';

/** Shorter than it takes to choose a card. */
const GALLERY_MILLISECONDS = 300;

export function Begin({ on }: { readonly on: 'gallery' | 'editor' }) {
  const { begin } = useApp();
  useEffect(() => {
    const timer = setTimeout(begin, on === 'gallery' ? GALLERY_MILLISECONDS : 0);
    return () => clearTimeout(timer);
  }, [begin, on]);
  return null;
}
