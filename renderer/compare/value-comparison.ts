/** Compares the numbers of the document with those of another, in a worker of its own that ends with the comparison. */
import { compareDocuments, isSame } from '../../graph/compare.ts';
import { analyse } from '../../graph/analyse.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import type { Platform } from '../platform/platform.ts';
import type { Checkpoints } from '../session/checkpoints.ts';
import { filesOf, portsOf } from '../session/graph-source.ts';
import { messageOf } from '../session/message-of.ts';
import type { ComparisonStore } from '../stores/comparison.ts';
import type { DocumentStore } from '../stores/document.ts';
import type { Companion } from '../stores/tabs.ts';
import type { RunStore } from '../stores/run.ts';
import type { ViewStore } from '../stores/view.ts';
import type { FromCompare, ToCompare } from './protocol.ts';
import { summarise } from './summary.ts';

/** The worker of one comparison. */
export interface CompareThread {
  post(request: ToCompare, transfer: readonly Transferable[]): void;
  listen(listener: (message: FromCompare) => void): void;
  end(): void;
}

/** What is compared when its document is left is given up; what was found comes back with it. */
export interface ValueComparison extends Companion {
  readonly store: ComparisonStore;
  /** Compares with what the view has chosen; what was under way is given up. */
  start(): void;
  /** Gives it up. */
  cancel(): void;
}

export interface ComparisonSurroundings {
  readonly document: DocumentStore;
  readonly view: ViewStore;
  readonly run: RunStore;
  readonly platform: Pick<Platform, 'readAsset'>;
  readonly checkpoints: Checkpoints;
}

export function createValueComparison(
  { document: documents, view, run, platform, checkpoints }: ComparisonSurroundings,
  store: ComparisonStore,
  startThread: () => CompareThread = startWorker,
): ValueComparison {
  let thread: CompareThread | null = null;
  /** Told apart from those that were given up while their files were read. */
  let turn = 0;
  /** What the numbers are of. */
  let compared: PatchbayDocument | null = null;
  const end = (): void => {
    turn++;
    thread?.end();
    thread = null;
  };
  const cancel = (): void => {
    end();
    store.setState({ kind: 'none' }, true);
  };

  const begin = async (mine: number): Promise<void> => {
    const other = view.getState().compared;
    if (!other) return;
    const { document, file } = documents.getState();
    const fail = (message: string): void => {
      end();
      store.setState({ kind: 'failed', message }, true);
    };
    store.setState({ kind: 'comparing', progress: 0 }, true);
    try {
      const before = await filesOf(other.document, other.file, { platform, checkpoints });
      const after = await filesOf(document, file, { platform, checkpoints });
      if (mine !== turn) return;
      thread = startThread();
      thread.listen((message) => {
        if (mine !== turn) return;
        switch (message.kind) {
          case 'progress':
            store.setState({ kind: 'comparing', progress: message.progress }, true);
            return;
          case 'compared': {
            end();
            compared = document;
            const summary = summarise(message.differences, analyse(document, NODES).tree);
            const outdated = isOutdated(document, documents.getState().document);
            store.setState({ kind: 'compared', summary, device: message.device, outdated }, true);
            return;
          }
          case 'failed':
            fail(message.message);
            return;
          default:
            message satisfies never;
        }
      });
      const device = run.getState().device?.kind ?? run.getState().deviceChoice;
      thread.post({ before: { document: other.document, ...before }, after: { document, ...after }, device }, [
        ...portsOf(before),
        ...portsOf(after),
      ]);
    } catch (error) {
      if (mine === turn) fail(messageOf(error));
    }
  };

  view.subscribe((state, before) => {
    if (state.compared !== before.compared && store.getState().kind !== 'none') cancel();
  });
  documents.subscribe(({ document }, before) => {
    if (document === before.document) return;
    const state = store.getState();
    if (state.kind !== 'compared' || !compared) return;
    const outdated = isOutdated(compared, document);
    if (outdated !== state.outdated) store.setState({ ...state, outdated }, true);
  });

  return {
    store,
    start: () => {
      end();
      void begin(turn);
    },
    cancel,
    leave: () => {
      const [state, of] = [store.getState(), compared];
      cancel();
      return () => {
        compared = of;
        store.setState(state.kind === 'comparing' ? { kind: 'failed', message: LEFT } : state, true);
      };
    },
    clear: cancel,
  };
}

const LEFT = 'It was given up when another document was shown';

/** Where things stand counts for nothing. */
function isOutdated(compared: PatchbayDocument, document: PatchbayDocument): boolean {
  return compared !== document && !isSame(compareDocuments(compared, document));
}

function startWorker(): CompareThread {
  const worker = new Worker(new URL('./compare.worker.ts', import.meta.url), { type: 'module', name: 'compare' });
  return {
    post: (request, transfer) => worker.postMessage(request, [...transfer]),
    listen: (listener) => {
      worker.addEventListener('message', ({ data }: MessageEvent<FromCompare>) => listener(data));
      worker.addEventListener('error', ({ message }) => listener({ kind: 'failed', message }));
    },
    end: () => worker.terminate(),
  };
}
