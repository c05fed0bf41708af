/** What became of a node since the document that is compared with; for the mark on its card. */
import { useMemo } from 'react';
import { compareNode, type ChangeKind } from '../../graph/compare.ts';
import { useDocument, useView } from '../app-context.ts';

export function useNodeChange(module: string, nodeId: string): ChangeKind | undefined {
  const compared = useView((state) => state.compared);
  // Without a comparison an edit renders no card.
  const document = useDocument((state) => (compared ? state.document : null));
  return useMemo(
    () => (compared && document ? compareNode(compared.document, document, module, nodeId) : undefined),
    [compared, document, module, nodeId],
  );
}
