/** What the document worker does: reads a file's bytes, or writes them. */
import { DocumentError, formatDocument, parseDocument } from '../../graph/file.ts';
import { messageOf } from '../session/message-of.ts';
import { DocumentJoiner, partsOf } from './document-parts.ts';
import type { FromDocumentWorker, ToDocumentWorker } from './protocol.ts';

/** How much of the reading is done before the document is sent. */
const READ = 0.8;

/** @returns takes the messages of one job. */
export function createDocumentWork(
  tell: (message: FromDocumentWorker, transfer?: readonly Transferable[]) => void,
): (message: ToDocumentWorker) => void {
  const joiner = new DocumentJoiner();
  return (message) => {
    try {
      switch (message.kind) {
        case 'parse':
          parse(message.bytes, tell);
          return;
        case 'part':
          joiner.add(message.part);
          return;
        case 'format': {
          const bytes = new TextEncoder().encode(formatDocument(joiner.document()));
          tell({ kind: 'formatted', bytes }, [bytes.buffer]);
          return;
        }
        default:
          message satisfies never;
      }
    } catch (error) {
      tell(refusalOf(error) ?? { kind: 'failed', message: messageOf(error) });
    }
  };
}

function parse(bytes: Uint8Array, tell: (message: FromDocumentWorker) => void): void {
  let told = 0;
  const onProgress = (part: number): void => {
    // More than a hundred steps are not seen.
    if (part - told < 0.01) return;
    told = part;
    tell({ kind: 'progress', progress: READ * part });
  };
  const { document, ...parsed } = parseDocument(bytes, { onProgress });
  const parts = [...partsOf(document)];
  for (const [index, part] of parts.entries()) {
    tell({ kind: 'part', part });
    tell({ kind: 'progress', progress: READ + ((1 - READ) * (index + 1)) / parts.length });
  }
  tell({ kind: 'parsed', ...parsed });
}

function refusalOf(error: unknown): FromDocumentWorker | undefined {
  if (!(error instanceof DocumentError)) return undefined;
  const { reason, line, column, path } = error;
  return {
    kind: 'refused',
    reason,
    place: {
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
      ...(path !== undefined && { path }),
    },
  };
}
