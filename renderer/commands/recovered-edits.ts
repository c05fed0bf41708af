/** Edits that a crash left in the journal, beside a file that was written after them: which of the two is wanted. */
import { compareDocuments, isSame, type ChangeKind, type Comparison } from '../../graph/compare.ts';
import { count } from '../../graph/edit.ts';
import { DocumentError, parseDocument } from '../../graph/file.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { App } from '../app-context.ts';

export type RecoveryChoice = 'edits' | 'file' | 'both' | 'cancel';

/** Asks, and says how they differ. The file alone, without a question, where both say the same. */
export async function chooseRecovery(
  app: App,
  name: string,
  edits: PatchbayDocument,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<RecoveryChoice> {
  const differs = describeDifference(edits, bytes);
  if (differs === null) {
    app.notices.getState().tell(`${name} has these edits already`);
    return 'file';
  }
  const { button } = await app.notices.getState().ask({
    title: `${name} was written after these edits`,
    message: `${differs} Nothing is overwritten before you save.`,
    buttons: [
      { id: 'file', label: 'Open the file' },
      { id: 'both', label: 'Open both' },
      { id: 'edits', label: 'Open the edits', kind: 'primary' },
    ],
  });
  return button === 'file' || button === 'both' || button === 'edits' ? button : 'cancel';
}

/** One sentence; null if nothing differs that a person would tell. */
function describeDifference(edits: PatchbayDocument, bytes: Uint8Array<ArrayBuffer>): string | null {
  let comparison: Comparison;
  try {
    comparison = compareDocuments(parseDocument(bytes).document, edits);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    return 'What is in the file now cannot be read.';
  }
  if (isSame(comparison)) return null;
  const { nodes, modules, document } = comparison;
  const nodesThat = (kind: ChangeKind) => nodes.filter((node) => node.kind === kind).length;
  const parts = [
    ...(['added', 'removed', 'changed'] as const).flatMap((kind) =>
      nodesThat(kind) > 0 ? [`${count(nodesThat(kind), 'node')} ${kind}`] : [],
    ),
    ...(modules.length > 0 ? [`${count(modules.length, 'module')} changed`] : []),
    ...document.map(({ field }) => `${field} changed`),
  ];
  return `Compared with the file the edits have ${parts.join(', ')}.`;
}
