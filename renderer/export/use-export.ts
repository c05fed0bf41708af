/** The export worker of one dialog: what it has described, what it is writing, and what it could not do. */
import { useEffect, useRef, useState } from 'react';
import type { Problem } from '../../graph/problems.ts';
import type { App } from '../app-context.ts';
import { useApp } from '../app-context.ts';
import { messageOf } from '../session/message-of.ts';
import type { AssetFiles, DescribedFile, FromExport, ToExport } from './protocol.ts';

export type ExportState =
  | { readonly kind: 'describing' }
  | { readonly kind: 'described'; readonly files: readonly DescribedFile[] }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'failed'; readonly message: string };

export interface Writing {
  readonly path: string;
  readonly bytes: number;
}

interface Exporting {
  readonly state: ExportState;
  /** Null while nothing is being written. */
  readonly writing: Writing | null;
  /** Makes the files and gives them out; `onDone` once they are. */
  readonly write: (onDone: () => void) => void;
}

/** @param target Name of the export target; the component is made anew for another. Ends what it is writing when it goes. */
export function useExport(target: string): Exporting {
  const app = useApp();
  const worker = useRef<Worker>(null);
  const done = useRef<() => void>(null);
  const [state, setState] = useState<ExportState>({ kind: 'describing' });
  const [writing, setWriting] = useState<Writing | null>(null);

  useEffect(() => {
    const made = new Worker(new URL('./export.worker.ts', import.meta.url), { type: 'module', name: 'export' });
    worker.current = made;
    const fail = (message: string): void => {
      setWriting(null);
      setState({ kind: 'failed', message });
    };
    made.addEventListener('error', (event) => fail(event.message));
    made.addEventListener('message', ({ data }: MessageEvent<FromExport>) => {
      switch (data.kind) {
        case 'described':
          setState({ kind: 'described', files: data.files });
          return;
        case 'refused':
          setState({ kind: 'refused', problems: data.problems });
          setWriting(null);
          return;
        case 'progress':
          setWriting({ path: data.path, bytes: data.bytes });
          return;
        case 'written':
          app.platform.exportFile(data.name, data.bytes);
          setWriting(null);
          done.current?.();
          return;
        case 'failed':
          fail(data.message);
          return;
        default:
          data satisfies never;
      }
    });
    request(app, 'describe', target).then(
      (message) => made.postMessage(message, []),
      (error: unknown) => fail(messageOf(error)),
    );
    return () => made.terminate();
  }, [app, target]);

  return {
    state,
    writing,
    write: (onDone) => {
      done.current = onDone;
      setWriting({ path: '', bytes: 0 });
      request(app, 'write', target).then(
        (message) => worker.current?.postMessage(message, []),
        (error: unknown) => setState({ kind: 'failed', message: messageOf(error) }),
      );
    },
  };
}

async function request(app: App, kind: ToExport['kind'], target: string): Promise<ToExport> {
  const { document, name } = app.document.getState();
  return { kind, document, name: name.replace(/\.patchbay$/i, ''), target, files: await assetFiles(app) };
}

/** What the document names by path, as far as the shell finds it; the worker says what it misses. */
async function assetFiles(app: App): Promise<AssetFiles> {
  const { document, file } = app.document.getState();
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { data, path, sha256 } of document.assets) {
    if (data !== undefined || path === undefined) continue;
    const bytes = await app.platform.readAsset(file, path, sha256);
    if (bytes) files.set(sha256, bytes);
  }
  return files;
}
