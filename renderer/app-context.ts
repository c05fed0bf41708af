/** The application as its parts see it: stores, session, platform and commands, given down through one React context. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { CommandRunner } from './commands/command.ts';
import type { Chord } from './commands/keys.ts';
import type { CanvasLink } from './commands/canvas-link.ts';
import type { Clipboard } from './commands/clipboard.ts';
import type { ValueComparison } from './compare/value-comparison.ts';
import type { DocumentFiles } from './documents/document-files.ts';
import type { Tuning } from '../gpu/plan.ts';
import type { NonFinite } from '../export/weights/non-finite.ts';
import type { Job } from './documents/worker-job.ts';
import type { ModelImports } from './import/model-imports.ts';
import type { FileRef, Platform } from './platform/platform.ts';
import type { Profiling } from './profile/profiling.ts';
import type { Checkpoints, OpenCheckpoint } from './session/checkpoints.ts';
import type { FileClaims } from './session/file-claims.ts';
import type { JournalWriter } from './session/journal.ts';
import type { Generations } from './session/generation.ts';
import type { SessionApi } from './session/session-api.ts';
import type { CheckpointState, CheckpointStore } from './stores/checkpoint.ts';
import type { ComparisonState } from './stores/comparison.ts';
import type { DerivedState, DerivedStore } from './stores/derived.ts';
import type { DocumentState, DocumentStore } from './stores/document.ts';
import type { GraphSketch } from './stores/graph-sketch.ts';
import type { KeyStore } from './stores/keys.ts';
import type { NoticeState, NoticeStore } from './stores/notices.ts';
import type { ProfileState } from './stores/profile.ts';
import type { RunState, RunStore } from './stores/run.ts';
import type { TabsState, TabsStore } from './stores/tabs.ts';
import type { ThemeInForce } from './stores/theme.ts';
import type { ViewState, ViewStore } from './stores/view.ts';

export interface App {
  /** The document that is shown. */
  readonly document: DocumentStore;
  /** All that are open. */
  readonly tabs: TabsStore;
  readonly derived: DerivedStore;
  readonly view: ViewStore;
  readonly run: RunStore;
  readonly notices: NoticeStore;
  readonly session: SessionApi;
  /** Starts the threads that compute, once what is on screen leaves them the time; what was asked of them has waited. */
  readonly begin: () => void;
  /** What generate nodes write. */
  readonly generations: Generations;
  readonly platform: Platform;
  /** Reads and writes documents. */
  readonly files: DocumentFiles;
  /** Imports models of elsewhere. */
  readonly models: ModelImports;
  /** Finds what of a checkpoint is no number. */
  readonly scan: (checkpoint: OpenCheckpoint, job: Job) => Promise<readonly NonFinite[]>;
  /** Files that were open in windows that have closed since. */
  readonly filesBefore: Promise<readonly FileRef[]>;
  /** Says which files are open here, and knows which are elsewhere. */
  readonly claims: FileClaims;
  /** Pictures of recent files, by the file's id. */
  readonly thumbnails: () => ReadonlyMap<string, GraphSketch>;
  /** Which kernels were fastest on this machine's adapter, as far as it was measured. */
  readonly tuning: () => Tuning | null;
  /** Keeps unsaved edits over a crash; told of what is let go with unsaved edits. */
  readonly journal: JournalWriter;
  /** Whether the document's checkpoint is there. */
  readonly checkpoint: CheckpointStore;
  /** The numbers of the document beside those of another. */
  readonly comparison: ValueComparison;
  /** Where the time of a run goes. */
  readonly profiling: Profiling;
  /** Opens checkpoints, the document's and others. */
  readonly checkpoints: Checkpoints;
  readonly commands: CommandRunner;
  /** Which keys run them. */
  readonly keys: KeyStore;
  /** What commands ask of the canvas (fit, zoom, pointer); the canvas attaches itself. */
  readonly canvas: CanvasLink;
  readonly clipboard: Clipboard;
  readonly theme: ThemeInForce;
}

export const AppContext = createContext<App | null>(null);

/** @throws {Error} outside of the application's provider. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('useApp is called outside of AppContext');
  return app;
}

export function useDocument<T>(selector: (state: DocumentState) => T): T {
  return useStore(useApp().document, selector);
}

export function useTabs<T>(selector: (state: TabsState) => T): T {
  return useStore(useApp().tabs, selector);
}

export function useDerived<T>(selector: (state: DerivedState) => T): T {
  return useStore(useApp().derived, selector);
}

export function useView<T>(selector: (state: ViewState) => T): T {
  return useStore(useApp().view, selector);
}

export function useRun<T>(selector: (state: RunState) => T): T {
  return useStore(useApp().run, selector);
}

export function useNotices<T>(selector: (state: NoticeState) => T): T {
  return useStore(useApp().notices, selector);
}

/** The keys of a command, the one that is shown first; none: an empty list. */
export function useChords(id: string): readonly Chord[] {
  return useStore(useApp().keys, (state) => state.chords.get(id)) ?? NO_CHORDS;
}

const NO_CHORDS: readonly Chord[] = [];

export function useCheckpoint<T>(selector: (state: CheckpointState) => T): T {
  return useStore(useApp().checkpoint, selector);
}

export function useComparison<T>(selector: (state: ComparisonState) => T): T {
  return useStore(useApp().comparison.store, selector);
}

export function useProfile<T>(selector: (state: ProfileState) => T): T {
  return useStore(useApp().profiling.store, selector);
}
