/** Measures the document that is shown, and keeps what was found beside it. */
import { compareDocuments, isSame } from '../../graph/compare.ts';
import { differInDrawingAlone } from '../../graph/drawing.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { messageOf } from '../session/message-of.ts';
import { ProfileStoppedError, type SessionApi } from '../session/session-api.ts';
import type { DerivedStore } from '../stores/derived.ts';
import type { ProfileState, ProfileStore } from '../stores/profile.ts';
import type { RunStore } from '../stores/run.ts';
import type { Companion } from '../stores/tabs.ts';

/** What is measured when its document is left is given up; what was found comes back with it. */
export interface Profiling extends Companion {
  readonly store: ProfileStore;
  /** Runs the graph whole and measures it. What an edit or a cancel stops leaves what was there before. */
  start(): Promise<void>;
}

export interface ProfilingSurroundings {
  readonly derived: DerivedStore;
  readonly run: RunStore;
  readonly session: Pick<SessionApi, 'profile'>;
}

export function createProfiling({ derived, run, session }: ProfilingSurroundings, store: ProfileStore): Profiling {
  /** What the numbers are of. */
  let measured: PatchbayDocument | null = null;
  /** Told apart from those of a document that was left. */
  let turn = 0;
  const show = (state: ProfileState): void => store.setState(state, true);

  const start = async (): Promise<void> => {
    const mine = ++turn;
    const before = store.getState();
    const { document, tree } = derived.getState();
    show({ kind: 'measuring' });
    try {
      const profile = await session.profile();
      if (mine !== turn) return;
      measured = document;
      const device = run.getState().device?.name ?? '';
      show({ kind: 'measured', profile, tree, device, outdated: isOutdated(document, derived.getState().document) });
    } catch (error) {
      if (mine !== turn) return;
      if (error instanceof ProfileStoppedError) show(again(before, measured, derived.getState().document));
      else show({ kind: 'failed', message: messageOf(error) });
    }
  };

  derived.subscribe(({ document }, { document: previous }) => {
    if (document === previous || !measured) return;
    const state = store.getState();
    if (state.kind !== 'measured') return;
    const outdated = isOutdated(measured, document);
    if (outdated !== state.outdated) show({ ...state, outdated });
  });

  const clear = (): void => {
    turn++;
    measured = null;
    show({ kind: 'none' });
  };
  return {
    store,
    start,
    leave: () => {
      const [state, of] = [store.getState(), measured];
      clear();
      return () => {
        measured = of;
        show(state.kind === 'measuring' ? { kind: 'none' } : state);
      };
    },
    clear,
  };
}

/** What was there before a measurement that came to nothing. */
function again(before: ProfileState, measured: PatchbayDocument | null, document: PatchbayDocument): ProfileState {
  if (before.kind === 'measuring') return { kind: 'none' };
  if (before.kind !== 'measured' || !measured) return before;
  return { ...before, outdated: isOutdated(measured, document) };
}

/** Where things stand counts for nothing. */
function isOutdated(measured: PatchbayDocument, document: PatchbayDocument): boolean {
  if (measured === document || differInDrawingAlone(measured, document)) return false;
  // Undone, it is the same again.
  return !isSame(compareDocuments(measured, document));
}
