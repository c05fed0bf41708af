/** Puts the application together: stores, session, commands, and what keeps them in step. */
import type { PatchbayDocument } from '../graph/schema.ts';
import type { App } from './app-context.ts';
import { createCanvasLink } from './commands/canvas-link.ts';
import { createClipboard } from './commands/clipboard.ts';
import { emptyDocument } from './commands/documents.ts';
import { messageOf } from './session/message-of.ts';
import type { Command } from './commands/command.ts';
import { keysInBrowser } from './commands/keys.ts';
import { COMMANDS } from './commands/list.ts';
import { withHashing } from './commands/with-hashing.ts';
import { createCommandRunner } from './commands/runner.ts';
import { createValueComparison } from './compare/value-comparison.ts';
import type { Platform } from './platform/platform.ts';
import { createProfiling } from './profile/profiling.ts';
import { keepFileClaims } from './session/file-claims.ts';
import { keepJournal } from './session/journal.ts';
import { createCheckpoints } from './session/checkpoints.ts';
import { createGenerations } from './session/generation.ts';
import { createCheckpointOpener } from './session/open-checkpoint.ts';
import { createPictureLoader } from './session/pictures.ts';
import { createDocumentFiles } from './documents/document-files.ts';
import { createModelImports } from './import/model-imports.ts';
import { STILL_SECONDS } from './session/recovery.ts';
import { Session } from './session/session.ts';
import type { LateThreads } from './session/late-threads.ts';
import { createCheckpointStore } from './stores/checkpoint.ts';
import { createComparisonStore } from './stores/comparison.ts';
import { createDerivedStore, followEdits, type DerivedStore } from './stores/derived.ts';
import { createDocumentStore, type DocumentStore } from './stores/document.ts';
import { createGenerationsStore } from './stores/generations.ts';
import { keepPins } from './pins/toggle-pin.ts';
import { followPath } from './stores/navigation.ts';
import { createKeyStore, recallKeys, rememberKeys } from './stores/keys.ts';
import { createNoticeStore, type NoticeStore } from './stores/notices.ts';
import { createProfileStore } from './stores/profile.ts';
import { createPictureStore, pictureCompanion } from './stores/pictures.ts';
import { createTabsStore } from './stores/tabs.ts';
import { recallView, rememberView } from './stores/remembered.ts';
import { type OwnWindow, rememberFiles } from './stores/remembered-files.ts';
import { recallDevice, rememberDevice } from './stores/remembered-device.ts';
import { recallCeilings, rememberCeilings } from './stores/remembered-ceilings.ts';
import { recallTuning, rememberTuning } from './stores/remembered-tuning.ts';
import { createRunStore, type RunStore } from './stores/run.ts';
import { keepThumbnails, recallThumbnails } from './stores/thumbnails.ts';
import { followTheme } from './stores/theme.ts';
import { scanCheckpoint } from './weights/scan.ts';
import { createViewStore, type ViewStore } from './stores/view.ts';

export interface Surroundings {
  readonly platform: Platform;
  readonly threads: LateThreads;
  /** All windows have it in common. */
  readonly storage: Storage;
  readonly window: OwnWindow;
  readonly prefersLight: MediaQueryList;
  /** Gets the theme. */
  readonly root: HTMLElement;
}

export function createApp({ platform, threads, storage, window, prefersLight, root }: Surroundings): App {
  const document = createDocumentStore(emptyDocument(), 'Untitled');
  const pictures = createPictureStore();
  const checkpoint = createCheckpointStore();
  const checkpoints = createCheckpoints(platform);
  const derived = createDerivedStore(document, pictures, checkpoint).store;
  const view = createViewStore(recallView(storage));
  if (platform.opensDocument) view.getState().setScreen('opening');
  const known = recallDevice(storage);
  const run = createRunStore(known.choice, known.storage);
  const notices = createNoticeStore();
  keepOpenPath(document, derived, view);
  keepPins(document, derived, view);
  rememberView(view, storage);
  const keys = createKeyStore(commandsIn(platform), recallKeys(storage));
  rememberKeys(keys, storage);
  run.subscribe(({ deviceChoice: choice, storage: stored }, before) => {
    if (choice !== before.deviceChoice) rememberDevice(storage, { choice });
    if (stored !== before.storage) rememberDevice(storage, { storage: stored });
  });
  tellFailures(run, notices);
  stillOnSoftware(run, root);
  const loadPictures = createPictureLoader(platform, document, threads.compiler, pictures);
  const openCheckpoint = createCheckpointOpener(checkpoints, document, threads.compiler, checkpoint, (start) =>
    withHashing(notices, start),
  );
  const loadFiles = async (document: PatchbayDocument) => {
    await openCheckpoint(document);
    return loadPictures(document);
  };
  const session = new Session({ document, derived, view, run }, threads, loadFiles, {
    ceilings: () => recallCeilings(storage),
    limited: (ceilings) => rememberCeilings(storage, ceilings),
    tuned: (tuning) => rememberTuning(storage, tuning),
    compared: (verdict) => rememberDevice(storage, { verdict }),
  });
  const generations = createGenerations(derived, session, createGenerationsStore());
  const comparison = createValueComparison({ document, view, run, platform, checkpoints }, createComparisonStore());
  const profiling = createProfiling({ derived, run, session }, createProfileStore());
  const companions = [generations, comparison, profiling, pictureCompanion(pictures)];
  const tabs = createTabsStore({ document, view, companions, nothing: emptyDocument });
  keepThumbnails(document, derived, storage);
  const app: App = {
    document,
    tabs,
    filesBefore: rememberFiles(tabs, document, storage, window).before,
    claims: keepFileClaims(tabs, document, platform, ({ name }) =>
      notices
        .getState()
        .tell(`${name} is open elsewhere too: you are asked before what was saved there is overwritten`),
    ),
    thumbnails: () => recallThumbnails(storage),
    tuning: () => recallTuning(storage),
    derived,
    view,
    run,
    notices,
    platform,
    files: createDocumentFiles(),
    models: createModelImports(),
    scan: scanCheckpoint,
    journal: keepJournal(document, platform.journal, (error) =>
      notices.getState().tell(`Unsaved edits cannot be kept over a crash: ${messageOf(error)}`, 'error'),
    ),
    checkpoint,
    checkpoints,
    comparison,
    profiling,
    session,
    begin: () => threads.begin(),
    generations,
    commands: createCommandRunner(COMMANDS, () => app),
    keys,
    canvas: createCanvasLink(),
    clipboard: createClipboard(),
    theme: followTheme(view, prefersLight, root),
  };
  return app;
}

/** The commands with the keys that reach the page. */
function commandsIn({ kind }: Platform): readonly Command[] {
  if (kind === 'electron') return COMMANDS;
  return COMMANDS.map((command) => (command.keys ? { ...command, keys: keysInBrowser(command.keys) } : command));
}

/** What is on screen follows the tree: through renames, and out of what was removed. */
function keepOpenPath(documents: DocumentStore, derived: DerivedStore, view: ViewStore): void {
  followEdits(documents, derived, (before, tree) => {
    const { openPath, open, selection } = view.getState();
    const path = followPath(before, tree, openPath);
    if (path !== openPath) open(path, path.split('.').length === openPath.split('.').length ? selection : []);
  });
}

/** Where the CPU draws the page, motion would be taken from what it computes: styles/tokens.css knows it by this mark. */
function stillOnSoftware(run: RunStore, root: HTMLElement): void {
  run.subscribe(({ device }, before) => {
    if (device !== before.device) root.toggleAttribute('data-software', device?.software === true);
  });
}

const STANDS_STILL = `Nothing has moved on for ${STILL_SECONDS} s. It may be one long step; if it is not, cancel: the document stays as it is.`;

/** The pill says that a run failed; why, stands in a notice. */
function tellFailures(run: RunStore, notices: NoticeStore): void {
  run.subscribe(({ status, deviceNotice, incident, warnings, still }, before) => {
    const { tell } = notices.getState();
    if (status !== before.status && status.kind === 'failed') tell(status.message, 'error');
    if (deviceNotice !== before.deviceNotice && deviceNotice !== null) tell(deviceNotice);
    if (incident !== before.incident && incident !== null) tell(incident.message);
    for (const warning of warnings) if (!before.warnings.includes(warning)) tell(warning);
    if (still && !before.still) tell(STANDS_STILL);
  });
}
