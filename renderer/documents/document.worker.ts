/** The document worker's thread. */
import { createDocumentWork } from './document-work.ts';
import type { ToDocumentWorker } from './protocol.ts';

const work = createDocumentWork((message, transfer = []) => postMessage(message, { transfer: [...transfer] }));

addEventListener('message', ({ data }: MessageEvent<ToDocumentWorker>) => work(data));
