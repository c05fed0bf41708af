/** An application without a window: real stores and commands, a shell that lives in memory, a session that does nothing. */
import type { App } from '../app-context.ts';
import { createCanvasLink } from '../commands/canvas-link.ts';
import { createClipboard } from '../commands/clipboard.ts';
import { emptyDocument } from '../commands/documents.ts';
import { COMMANDS } from '../commands/list.ts';
import { createCommandRunner } from '../commands/runner.ts';
import { createValueComparison } from '../compare/value-comparison.ts';
import { createDocumentFiles } from '../documents/document-files.ts';
import type { FileClaim, FileRef, MovedDocument, PickedCheckpoint, Platform } from '../platform/platform.ts';
import { createModelImports } from '../import/model-imports.ts';
import { createProfiling } from '../profile/profiling.ts';
import { keepFileClaims } from '../session/file-claims.ts';
import { keepJournal } from '../session/journal.ts';
import { createCheckpoints } from '../session/checkpoints.ts';
import type { SessionApi } from '../session/session-api.ts';
import { createCheckpointStore } from '../stores/checkpoint.ts';
import { createComparisonStore } from '../stores/comparison.ts';
import { createDerivedStore } from '../stores/derived.ts';
import { createDocumentStore } from '../stores/document.ts';
import { createGenerationsStore } from '../stores/generations.ts';
import { createKeyStore } from '../stores/keys.ts';
import { createNoticeStore } from '../stores/notices.ts';
import { createProfileStore } from '../stores/profile.ts';
import { createRunStore } from '../stores/run.ts';
import { createTabsStore } from '../stores/tabs.ts';
import { createViewStore } from '../stores/view.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { importThreadHere } from './import-thread.ts';
import { createDocumentWork } from '../documents/document-work.ts';
import { scanCheckpoint } from '../weights/scan.ts';
import { createScanWork } from '../weights/scan-work.ts';
import { jobThreadHere } from './job-thread.ts';

export interface TestApp {
  readonly app: App;
  /** Files of the shell, by id. */
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  /** What was copied to the system's clipboard. */
  readonly copied: string[];
  /** Files, by id, that another window or program has open. */
  readonly openElsewhere: Map<string, FileClaim>;
  /** Ids of files that the shell was told are open here. */
  readonly claimed: ReadonlySet<string>;
  /** Names of files that a tab got although they are open elsewhere. */
  readonly conflicts: readonly string[];
  /** What was handed to other windows. */
  readonly moved: readonly MovedDocument[];
  /** Another program writes the file of this id. */
  readonly writeElsewhere: (id: string, bytes: Uint8Array<ArrayBuffer>) => void;
  /** Makes the next move to another window fail. */
  failMoves(message: string): void;
  /** Makes the next save fail. */
  failSaves(message: string): void;
  /** The checkpoint that the person chooses when they are asked. */
  readonly pickNext: (file: PickedCheckpoint | null) => void;
}

export function createTestApp(start: PatchbayDocument = emptyDocument()): TestApp {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const changed = new Map<string, Uint8Array<ArrayBuffer>>();
  const copied: string[] = [];
  const openElsewhere = new Map<string, FileClaim>();
  const [claimed, conflicts, moved] = [new Set<string>(), [] as string[], [] as MovedDocument[]];
  let failure: string | null = null;
  let moveFailure: string | null = null;
  const document = createDocumentStore(start, 'Untitled');
  const view = createViewStore();
  view.getState().setScreen('editor');
  const checkpoint = createCheckpointStore();
  let picked: PickedCheckpoint | null = null;
  const platform = memoryPlatform({
    pickCheckpoint: async () => picked,
    readChanged: async ({ id }, take) => {
      const bytes = changed.get(id) ?? null;
      if (take) changed.delete(id);
      return bytes;
    },
    readChangedSince: async (_entry, { id }) => changed.get(id) ?? null,
    claimFile: async ({ id }) => {
      const claim = openElsewhere.get(id) ?? 'own';
      if (claim !== 'other-window') claimed.add(id);
      return claim;
    },
    releaseFile: async ({ id }) => void claimed.delete(id),
    moveDocument: async (take) => {
      const document = await take();
      if (moveFailure !== null) throw new Error(moveFailure);
      if (document) moved.push(document);
      return document !== null;
    },
    copyText: async (text) => void copied.push(text),
    saveFile: async (file, suggestedName, bytes): Promise<FileRef> => {
      if (failure !== null) throw new Error(failure);
      const saved = file ?? { id: suggestedName, name: suggestedName };
      files.set(saved.id, bytes);
      changed.delete(saved.id);
      return saved;
    },
  });
  const checkpoints = createCheckpoints(platform);
  const run = createRunStore();
  const comparison = createValueComparison(
    { document, view, run, platform, checkpoints },
    createComparisonStore(),
    () => {
      throw new Error('the test has no compare thread');
    },
  );
  const derived = createDerivedStore(document, undefined, checkpoint).store;
  const session = idleSession();
  const profiling = createProfiling({ derived, run, session }, createProfileStore());
  const tabs = createTabsStore({ document, view, companions: [comparison, profiling], nothing: emptyDocument });
  const app: App = {
    begin: () => undefined,
    document,
    view,
    derived,
    run,
    notices: createNoticeStore(),
    session,
    checkpoint,
    checkpoints,
    comparison,
    profiling,
    filesBefore: Promise.resolve([]),
    claims: keepFileClaims(tabs, document, platform, ({ name }) => conflicts.push(name)),
    thumbnails: () => new Map(),
    tuning: () => null,
    tabs,
    generations: {
      store: createGenerationsStore(),
      run: () => undefined,
      step: () => undefined,
      stop: () => undefined,
      leave: () => () => undefined,
      clear: () => undefined,
      dispose: () => undefined,
    },
    commands: createCommandRunner(COMMANDS, () => app),
    keys: createKeyStore(COMMANDS),
    canvas: createCanvasLink(),
    clipboard: createClipboard(),
    theme: { current: 'dark', subscribe: () => () => undefined },
    platform,
    files: createDocumentFiles(() => jobThreadHere(createDocumentWork)),
    models: createModelImports(importThreadHere),
    scan: (checkpoint, job) => scanCheckpoint(checkpoint, job, () => jobThreadHere(createScanWork)),
    journal: keepJournal(document, platform.journal, (error) => {
      throw error;
    }),
  };
  return {
    app,
    files,
    copied,
    openElsewhere,
    claimed,
    conflicts,
    moved,
    writeElsewhere: (id, bytes) => void changed.set(id, bytes),
    failMoves: (message) => void (moveFailure = message),
    failSaves: (message) => void (failure = message),
    pickNext: (file) => void (picked = file),
  };
}

function memoryPlatform(
  parts: Pick<
    Platform,
    | 'copyText'
    | 'saveFile'
    | 'readChanged'
    | 'readChangedSince'
    | 'pickCheckpoint'
    | 'claimFile'
    | 'releaseFile'
    | 'moveDocument'
  >,
): Platform {
  const never = () => () => undefined;
  return {
    kind: 'browser',
    mac: false,
    openFile: async () => null,
    openFiles: async () => [],
    openRecent: async () => null,
    openDropped: async () => [],
    newWindow: async () => undefined,
    recentFiles: async () => [],
    forgetRecent: async () => undefined,
    clearRecentFiles: async () => undefined,
    journal: {
      write: async () => undefined,
      append: async () => undefined,
      read: async () => [],
      freed: async () => false,
      claim: async () => true,
      release: async () => undefined,
      discard: async () => undefined,
    },
    pickImages: async () => [],
    readAsset: async () => null,
    openCheckpoint: async () => null,
    pickModel: async () => null,
    adoptCheckpoint: () => Promise.reject(new Error('the test has no files')),
    setDocumentState: () => undefined,
    setCommands: () => undefined,
    confirmUnsaved: null,
    copyImage: async () => undefined,
    exportFile: () => undefined,
    pickExport: () => Promise.resolve(null),
    pickCheckpointPlace: () => Promise.resolve(null),
    describeShell: () => Promise.resolve([]),
    showLog: null,
    pytorch: null,
    opensDocument: false,
    onCommand: never,
    onOpenFile: never,
    onShowFile: never,
    onDocumentMoved: never,
    onNotice: never,
    onCloseRequested: never,
    ...parts,
  };
}

function idleSession(): SessionApi {
  const nothing = () => Promise.reject(new Error('the test has no device'));
  return {
    valuesOf: 0,
    run: () => undefined,
    warm: () => undefined,
    cancel: () => undefined,
    watch: () => () => undefined,
    read: nothing,
    profile: nothing,
    valueAt: nothing,
    compute: nothing,
    dispose: () => undefined,
  };
}
