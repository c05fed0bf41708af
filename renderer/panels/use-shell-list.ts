/** A list that the shell keeps, asked for once the gallery shows, and again when it changed. */
import { useEffect, useState } from 'react';
import { useReporting } from './use-reporting.ts';

/** @param grows Whether there is more a moment after a list was loaded: then it is loaded again. */
export function useShellList<T>(
  load: () => Promise<readonly T[]>,
  grows?: () => Promise<boolean>,
): readonly [readonly T[], () => void] {
  const [list, setList] = useState<readonly T[]>([]);
  const [asked, setAsked] = useState(0);
  const act = useReporting();
  const reload = () => setAsked((count) => count + 1);
  const loadAll = async () => {
    setList(await load());
    if (await grows?.()) reload();
  };
  // oxlint-disable-next-line react/exhaustive-deps -- `load` is made anew by every render; it asks the same shell.
  useEffect(() => act(loadAll()), [asked]);
  return [list, reload];
}
