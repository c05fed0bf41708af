/** The compile worker's thread. */
import { CompileHost } from './compile-host.ts';
import { createDocumentReceiver } from './document-link.ts';
import type { PassedToCompiler } from './protocol.ts';
import { showLife } from './worker-life.ts';

const host = new CompileHost((message) => postMessage(message));
const documents = createDocumentReceiver();
showLife((life) => postMessage(life));
addEventListener('message', ({ data }: MessageEvent<PassedToCompiler>) => {
  if (data.kind === 'part') documents.add(data.part);
  else host.receive(data.kind === 'compile' ? { ...data, document: documents.receive(data.document) } : data);
});
