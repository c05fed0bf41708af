/**
 * Documents on their way to the compile worker: it has the one before, so that of the next only what is other has to be
 * copied. An edit of a document of 50 MB, or of 5,000 nodes, is passed on in no time; another document goes in parts.
 */
import { applyDelta, deltaBetween, type Delta } from '../../graph/delta.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { sizeOf } from '../documents/document-files.ts';
import { DocumentJoiner, partsOf, type DocumentPart } from '../documents/document-parts.ts';

export type PassedDocument =
  | { readonly whole: PatchbayDocument }
  /** From the one that was passed before; null: it is that one. */
  | { readonly delta: Delta | null }
  /** All parts of it have come. */
  | 'parts';

export interface OutgoingDocument {
  /** To be passed on first, one a task. */
  readonly parts: readonly DocumentPart[];
  readonly passed: PassedDocument;
}

/** Larger documents would be copied for longer than a frame. */
const LARGE_BYTES = 1_000_000;

/** What it returns must be passed on, each and in order. */
export function createDocumentSender(): (document: PatchbayDocument) => OutgoingDocument {
  let sent: PatchbayDocument | undefined;
  return (document) => {
    const before = sent;
    sent = document;
    if (before && isRelated(before, document)) return { parts: [], passed: { delta: deltaBetween(before, document) } };
    if (sizeOf(document) < LARGE_BYTES) return { parts: [], passed: { whole: document } };
    return { parts: [...partsOf(document)], passed: 'parts' };
  };
}

/** Whether one came of the other by edits: then they share what the edits left alone. */
function isRelated(before: PatchbayDocument, after: PatchbayDocument): boolean {
  const [modules, assets] = [new Set(before.modules), new Set(before.assets)];
  return (
    before.modules === after.modules ||
    after.modules.some((module) => modules.has(module)) ||
    after.assets.some((asset) => assets.has(asset)) ||
    after.modules.some(({ nodes, name }) => {
      const known = before.modules.find((module) => module.name === name);
      return known !== undefined && nodes.some((node, index) => node === known.nodes[index]);
    })
  );
}

export interface DocumentReceiver {
  /** Takes a part of the document that is passed next. */
  readonly add: (part: DocumentPart) => void;
  /** @returns the document as it was sent; what a delta leaves alone keeps its identity. */
  readonly receive: (passed: PassedDocument) => PatchbayDocument;
}

export function createDocumentReceiver(): DocumentReceiver {
  let joiner = new DocumentJoiner();
  let received: PatchbayDocument | undefined;
  return {
    add: (part) => joiner.add(part),
    receive: (passed) => {
      if (passed === 'parts') {
        received = joiner.document();
        joiner = new DocumentJoiner();
      } else if ('whole' in passed) received = passed.whole;
      else if (!received) throw new TypeError('the first document is passed as a whole');
      else if (passed.delta) received = applyDelta(received, passed.delta) as PatchbayDocument;
      return received;
    },
  };
}
