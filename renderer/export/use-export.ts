/** The export worker of one dialog: what it has described, what it is writing, and what it could not do. */
import { useEffect, useRef, useState } from 'react';
import type { InstanceTree } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import type { App } from '../app-context.ts';
import { useApp } from '../app-context.ts';
import { filesOf, portsOf } from '../session/graph-source.ts';
import { messageOf } from '../session/message-of.ts';
import type { VerifyReport } from '../../export/verify/report.ts';
import type { ExportPlace } from '../platform/platform.ts';
import { differingOf } from './differing.ts';
import type { DescribedFile, ExportRequest, FromExport, ToExport } from './protocol.ts';
import { HostServer } from './pytorch-link.ts';
import type { VerifyProgress } from './verifier.ts';

export type ExportState =
  | { readonly kind: 'describing' }
  | { readonly kind: 'described'; readonly files: readonly DescribedFile[]; readonly warnings: readonly Problem[] }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'failed'; readonly message: string };

export interface Writing {
  readonly path: string;
  readonly bytes: number;
}

export type Verifying =
  | ({ readonly kind: 'verifying' } & VerifyProgress)
  | { readonly kind: 'verified'; readonly report: VerifyReport };

interface Exporting {
  readonly state: ExportState;
  /** Null while nothing is being written. */
  readonly writing: Writing | null;
  /** Asks where to, makes the files and puts them there; `onDone` once they are. */
  readonly write: (suggestedName: string, onDone: () => void) => void;
  /** Null until it is asked for. */
  readonly verifying: Verifying | null;
  /** Compares the export, run by its own engine, with what the canvas's device computes. */
  readonly verify: () => void;
}

/** @param target Name of the export target; the component is made anew for another. Ends what it is writing when it goes. */
export function useExport(target: string): Exporting {
  const app = useApp();
  const worker = useRef<Worker>(null);
  const writingTo = useRef<{ readonly place: ExportPlace; readonly onDone: () => void }>(null);
  /** What was verified: the graph may be edited before the answer comes. */
  const verified = useRef<InstanceTree>(null);
  const [state, setState] = useState<ExportState>({ kind: 'describing' });
  const [writing, setWriting] = useState<Writing | null>(null);
  const [verifying, setVerifying] = useState<Verifying | null>(null);

  useEffect(() => {
    const made = new Worker(new URL('./export.worker.ts', import.meta.url), { type: 'module', name: 'export' });
    worker.current = made;
    const host = app.platform.pytorch && new HostServer(app.platform.pytorch);
    const fail = (message: string): void => {
      setWriting(null);
      setVerifying(null);
      setState({ kind: 'failed', message });
    };
    made.addEventListener('error', (event) => fail(event.message));
    made.addEventListener('message', ({ data }: MessageEvent<FromExport>) => {
      switch (data.kind) {
        case 'described':
          setState({ kind: 'described', files: data.files, warnings: data.warnings });
          return;
        case 'refused':
          setState({ kind: 'refused', problems: data.problems });
          setWriting(null);
          return;
        case 'progress':
          setWriting({ path: data.path, bytes: data.bytes });
          return;
        case 'written':
          void writingTo.current?.place.write(data.bytes).then(
            () => {
              setWriting(null);
              writingTo.current?.onDone();
            },
            (error: unknown) => fail(messageOf(error)),
          );
          return;
        case 'verifying':
          setVerifying(data);
          return;
        case 'verified':
          setVerifying(data);
          app.view.getState().setDiffering(differingOf(data.report, verified.current ?? app.derived.getState().tree));
          return;
        case 'pytorch':
          // Without a host nothing asks for it: the dialog offers no verification then.
          void host?.answer(data).then((answer) => made.postMessage(answer satisfies ToExport, []));
          return;
        case 'failed':
          fail(data.message);
          return;
        default:
          data satisfies never;
      }
    });
    request(app, target).then(
      (message) => made.postMessage({ kind: 'describe', ...message } satisfies ToExport, portsOf(message)),
      (error: unknown) => fail(messageOf(error)),
    );
    return () => {
      made.terminate();
      host?.dispose();
    };
  }, [app, target]);

  return {
    state,
    writing,
    write: (suggestedName, onDone) => {
      const begin = async (): Promise<void> => {
        const place = await app.platform.pickExport(suggestedName);
        if (!place) return;
        writingTo.current = { place, onDone };
        setWriting({ path: '', bytes: 0 });
        const message = await request(app, target);
        worker.current?.postMessage({ kind: 'write', ...message } satisfies ToExport, portsOf(message));
      };
      begin().catch((error: unknown) => setState({ kind: 'failed', message: messageOf(error) }));
    },
    verifying,
    verify: () => {
      setVerifying({ kind: 'verifying', starting: null, done: 0, total: 0 });
      verified.current = app.derived.getState().tree;
      const device = app.run.getState().device?.kind ?? 'automatic';
      request(app, target).then(
        (message) =>
          worker.current?.postMessage({ kind: 'verify', device, ...message } satisfies ToExport, portsOf(message)),
        (error: unknown) => setState({ kind: 'failed', message: messageOf(error) }),
      );
    },
  };
}

async function request(app: App, target: string): Promise<ExportRequest> {
  const { document, name, file } = app.document.getState();
  return { document, name: name.replace(/\.patchbay$/i, ''), target, ...(await filesOf(document, file, app)) };
}
