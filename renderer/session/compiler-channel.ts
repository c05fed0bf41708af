/** The way to the compile worker: documents pass as what is other in them, large ones in parts, everything in order. */
import { nextTask } from '../documents/next-task.ts';
import { createDocumentSender } from './document-link.ts';
import type { FromCompiler, PassedToCompiler, ToCompiler } from './protocol.ts';
import type { Channel } from './threads.ts';

export function withDocuments(channel: Channel<PassedToCompiler, FromCompiler>): Channel<ToCompiler, FromCompiler> {
  const outgoing = createDocumentSender();
  /** Behind a document that is on its way. */
  const waiting: { readonly message: ToCompiler; readonly transfer: readonly Transferable[] }[] = [];
  let sending = false;

  const send = async (): Promise<void> => {
    sending = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { message, transfer } = next;
      if (message.kind !== 'compile') {
        channel.post(message, transfer);
        continue;
      }
      const { parts, passed } = outgoing(message.document);
      for (const part of parts) {
        channel.post({ kind: 'part', part });
        await nextTask();
      }
      channel.post({ ...message, document: passed }, transfer);
    }
    sending = false;
  };
  return {
    ...channel,
    post: (message, transfer = []) => {
      waiting.push({ message, transfer });
      if (!sending) void send();
    },
  };
}
