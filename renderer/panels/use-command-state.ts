/** Whether a command can be run now, followed through every store that it may depend on. */
import { useCallback, useSyncExternalStore } from 'react';
import { useApp } from '../app-context.ts';
import type { Command } from '../commands/command.ts';

/** True, or the reason why the command cannot be run. */
export function useCommandState(command: Command): true | string {
  const app = useApp();
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = [app.document, app.tabs, app.derived, app.view, app.run].map((store) => store.subscribe(listener));
      return () => stops.forEach((stop) => stop());
    },
    [app],
  );
  return useSyncExternalStore(subscribe, () => command.when(app));
}
