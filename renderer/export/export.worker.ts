/** The export worker's thread. */
import { messageOf } from '../session/message-of.ts';
import { createPictureDecoder } from '../session/picture-decoder.ts';
import type { Asset } from '../../graph/schema.ts';
import { ExportRefused } from '../../export/document-source.ts';
import { describeFiles, exportFiles, packFiles, sourceFor } from './exporter.ts';
import type { FromExport, ToExport } from './protocol.ts';
import { exportName } from './packed-name.ts';
import { HostLink } from './pytorch-link.ts';

/** Progress that is told more often is not seen. */
const PROGRESS_MILLISECONDS = 100;

const link = new HostLink((request) => tell(request));

addEventListener('message', ({ data }: MessageEvent<ToExport>) => {
  if (data.kind === 'pytorch-answer') link.take(data);
  else void answer(data);
});

async function answer(request: Exclude<ToExport, { kind: 'pytorch-answer' }>): Promise<void> {
  const pictures = createPictureDecoder();
  for (const [sha256, bytes] of request.files) pictures.provide(sha256, bytes);
  const pictureOf = (asset: Asset) => pictures.decode(asset);
  try {
    switch (request.kind) {
      case 'describe': {
        const { target, source } = await sourceFor(request, pictureOf);
        tell({
          kind: 'described',
          target: request.target,
          files: await describeFiles(await target.files(source)),
          warnings: target.problems(source),
        });
        return;
      }
      case 'verify': {
        const { source } = await sourceFor(request, pictureOf);
        // Loaded when it is asked for: it brings the devices along.
        const { verifyExport } = await import('./verifier.ts');
        const report = await verifyExport(source, request.target, request.device, link.host, (progress) =>
          tell({ kind: 'verifying', ...progress }),
        );
        tell({ kind: 'verified', report });
        return;
      }
      case 'write': {
        const files = await exportFiles(request, pictureOf);
        const bytes = await packFiles(exportName(request.name, request.target), files, throttled());
        tell({ kind: 'written', bytes }, [bytes.buffer]);
        return;
      }
      default:
        request satisfies never;
    }
  } catch (error) {
    if (error instanceof ExportRefused && error.problems.length > 0) {
      tell({ kind: 'refused', target: request.target, problems: error.problems });
    } else {
      tell({ kind: 'failed', message: messageOf(error) });
    }
  }
}

function throttled(): (path: string, bytes: number) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (path, bytes) => {
    const now = performance.now();
    if (now - last < PROGRESS_MILLISECONDS) return;
    last = now;
    tell({ kind: 'progress', path, bytes });
  };
}

function tell(message: FromExport, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}
