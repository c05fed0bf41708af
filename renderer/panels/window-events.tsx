/** What reaches the window as a whole: keys, paste, drops, the shell's requests. Renders only the veil of a drop. */
import { useBursts } from './use-bursts.ts';
import { useDrop, usePaste } from './use-incoming.ts';
import { useKeys } from './use-keys.ts';
import { useDiskWatch, useShellMenu, useShellRequests, useTitle } from './use-shell.ts';

export function WindowEvents() {
  useKeys();
  useBursts();
  usePaste();
  useShellRequests();
  useShellMenu();
  useDiskWatch();
  useTitle();
  return useDrop() ? <div className="drop-veil">Drop a document, a picture or a model</div> : null;
}
