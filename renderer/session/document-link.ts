/**
 * Documents on their way to the compile worker: it has the one before, so that of the next only what is other has to be
 * copied. An edit of a document of 50 MB, or of 5,000 nodes, is passed on in no time.
 */
import { applyDelta, deltaBetween, type Delta } from '../../graph/delta.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';

export type PassedDocument =
  | { readonly whole: PatchbayDocument }
  /** From the one that was passed before; null: it is that one. */
  | { readonly delta: Delta | null };

/** What it returns must be passed on, each and in order. */
export function createDocumentSender(): (document: PatchbayDocument) => PassedDocument {
  let sent: PatchbayDocument | undefined;
  return (document) => {
    const before = sent;
    sent = document;
    return before ? { delta: deltaBetween(before, document) } : { whole: document };
  };
}

/** @returns the documents as they were sent; what a delta leaves alone keeps its identity. */
export function createDocumentReceiver(): (passed: PassedDocument) => PatchbayDocument {
  let received: PatchbayDocument | undefined;
  return (passed) => {
    if ('whole' in passed) received = passed.whole;
    else if (!received) throw new TypeError('the first document is passed as a whole');
    else if (passed.delta) received = applyDelta(received, passed.delta) as PatchbayDocument;
    return received;
  };
}
