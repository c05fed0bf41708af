/** Presses, releases and focus of the window end bursts of edits. */
import { useEffect } from 'react';
import { useApp } from '../app-context.ts';
import { endBursts } from '../stores/bursts.ts';

export function useBursts(): void {
  const { document } = useApp();
  useEffect(() => endBursts(document, window), [document]);
}
