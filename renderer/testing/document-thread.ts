/** The document worker on this thread: what passes is copied, as between threads, and comes later. */
import type { DocumentThread } from '../documents/document-files.ts';
import { createDocumentWork } from '../documents/document-work.ts';
import type { FromDocumentWorker } from '../documents/protocol.ts';

export function documentThreadHere(): DocumentThread {
  let listener: (message: FromDocumentWorker) => void = () => undefined;
  let ended = false;
  const work = createDocumentWork((message) => {
    const copy = structuredClone(message);
    queueMicrotask(() => !ended && listener(copy));
  });
  return {
    post: (message, transfer = []) => {
      const copy = structuredClone(message, { transfer: [...transfer] });
      queueMicrotask(() => !ended && work(copy));
    },
    listen: (given) => {
      listener = given;
    },
    end: () => {
      ended = true;
    },
  };
}
