/** For work that waits (a file is read, a picture decoded): when it ends, another document may be shown. */
import type { App } from '../app-context.ts';

/** @returns whether the document of now is still the one that is shown; tells it if not. */
export function whileShown(app: App): () => boolean {
  const { journalId } = app.document.getState();
  return () => {
    if (app.document.getState().journalId === journalId) return true;
    app.notices.getState().tell('Another document was shown meanwhile, so that nothing was changed', 'error');
    return false;
  };
}
