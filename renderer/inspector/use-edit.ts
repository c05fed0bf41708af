/** Makes edits from the inspector; one that cannot be made is told and changes nothing. */
import { useCallback } from 'react';
import type { Edit } from '../../graph/edits.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { useApp } from '../app-context.ts';
import { attemptEdit } from '../commands/attempt-edit.ts';

export function useEdit(): (make: (document: PatchbayDocument) => Edit) => void {
  const app = useApp();
  return useCallback((make) => void attemptEdit(app, make), [app]);
}
