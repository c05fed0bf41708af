/** The way to the compile worker: documents pass as what is other in them, large ones in parts, everything in order. */
import { nextTask } from '../documents/next-task.ts';
import { createDocumentSender } from './document-link.ts';
import type { FromCompiler, PassedToCompiler, ToCompiler } from './protocol.ts';
import type { Channel } from './worker-channel.ts';

/** Behind a document that is on its way. */
interface Waiting {
  readonly message: ToCompiler;
  readonly transfer: readonly Transferable[];
}

export function withDocuments(channel: Channel<PassedToCompiler, FromCompiler>): Channel<ToCompiler, FromCompiler> {
  let line = createLine(channel);
  // The worker that comes knows no document; what waits was meant for the one before.
  channel.onRestart(() => {
    line.end();
    line = createLine(channel);
  });
  return {
    post: (message, transfer = []) => line.post({ message, transfer }),
    listen: (listener) => channel.listen(listener),
    onBreak: (listener) => channel.onBreak(listener),
    onRestart: (listener) => channel.onRestart(listener),
  };
}

/** The messages to one worker. */
function createLine(channel: Channel<PassedToCompiler, FromCompiler>) {
  const outgoing = createDocumentSender();
  const waiting: Waiting[] = [];
  let sending = false;
  let ended = false;

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
        if (ended) return;
      }
      channel.post({ ...message, document: passed }, transfer);
    }
    sending = false;
  };
  return {
    post: (next: Waiting): void => {
      waiting.push(next);
      if (!sending) void send();
    },
    end: (): void => {
      ended = true;
    },
  };
}
