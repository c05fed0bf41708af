/** A list that the shell keeps, asked for once the gallery shows, and again when it changed. */
import { useEffect, useState } from 'react';
import { useReporting } from './use-reporting.ts';

export function useShellList<T>(load: () => Promise<readonly T[]>): readonly [readonly T[], () => void] {
  const [list, setList] = useState<readonly T[]>([]);
  const [asked, setAsked] = useState(0);
  const act = useReporting();
  // oxlint-disable-next-line react/exhaustive-deps -- `load` is made anew by every render; it asks the same shell.
  useEffect(() => act(load().then(setList)), [asked]);
  return [list, () => setAsked((count) => count + 1)];
}
