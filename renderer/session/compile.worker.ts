/** The compile worker's thread. */
import { CompileHost } from './compile-host.ts';
import { createDocumentReceiver } from './document-link.ts';
import type { PassedToCompiler } from './protocol.ts';

const host = new CompileHost((message) => postMessage(message));
const received = createDocumentReceiver();
addEventListener('message', ({ data }: MessageEvent<PassedToCompiler>) =>
  host.receive(data.kind === 'compile' ? { ...data, document: received(data.document) } : data),
);
