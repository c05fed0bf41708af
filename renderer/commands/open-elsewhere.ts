/** A file that is about to be opened may be open elsewhere: then it is shown there, or the person is asked. */
import type { App } from '../app-context.ts';
import type { FileRef } from '../platform/platform.ts';

/** How a file is opened; null: not here. */
export type Opening = 'to-edit' | 'read-only' | null;

export async function askHowToOpen(app: App, file: FileRef): Promise<Opening> {
  const { claims, notices, platform } = app;
  const claim = await claims.claim(file, true);
  switch (claim) {
    case 'own':
      return 'to-edit';
    case 'other-window':
      notices.getState().tell(`${file.name} is open in another window, which shows it now`);
      return null;
    case 'other-program':
      break;
    default:
      return claim satisfies never;
  }
  const where = platform.kind === 'browser' ? 'in another tab of this browser' : 'in another Patchbay';
  const { button } = await notices.getState().ask({
    title: `${file.name} is open ${where}`,
    message:
      'Edited in both, it holds what was saved last: each side is asked before it overwrites what the other has saved. Read-only, it can be looked at and run, and saved as another.',
    buttons: [
      { id: 'cancel', label: 'Cancel' },
      { id: 'anyway', label: 'Open anyway' },
      { id: 'read-only', label: 'Open read-only', kind: 'primary' },
    ],
  });
  if (button === 'anyway') return 'to-edit';
  // Who only looks is in nobody's way.
  claims.release(file);
  return button === 'read-only' ? 'read-only' : null;
}
