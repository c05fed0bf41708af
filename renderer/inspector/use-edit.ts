/** Makes edits from the inspector; one that cannot be made is told and changes nothing. */
import { useCallback } from 'react';
import { EditError, type Edit } from '../../graph/edits.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { useApp } from '../app-context.ts';

export function useEdit(): (make: (document: PatchbayDocument) => Edit) => void {
  const app = useApp();
  return useCallback(
    (make) => {
      const { document, dispatch } = app.document.getState();
      try {
        dispatch(make(document));
      } catch (error) {
        if (!(error instanceof EditError)) throw error;
        app.notices.getState().tell(error.message, 'error');
      }
    },
    [app],
  );
}
