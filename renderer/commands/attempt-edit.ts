/** The one way in which hands edit the document: an edit that cannot be made is told, and changes nothing. */
import { EditError, type Edit } from '../../graph/edits.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { App } from '../app-context.ts';

/** Makes an edit from the document as it is now. @returns whether it was made. */
export function attemptEdit(
  app: Pick<App, 'document' | 'notices'>,
  make: (document: PatchbayDocument) => Edit,
): boolean {
  const { document, dispatch, readOnly } = app.document.getState();
  if (readOnly) return false;
  try {
    dispatch(make(document));
    return true;
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    app.notices.getState().tell(error.message, 'error');
    return false;
  }
}
