/** The desktop application once Electron is ready: its window, files, journal and menu, and what the renderer may ask. */
import { join } from 'node:path';
import { app, Menu, shell } from 'electron';
import type { MenuCommand } from './api.ts';
import { removeTemporaries } from './atomic-write.ts';
import { readAsset, readImages } from './assets.ts';
import { CheckpointFiles } from './checkpoints.ts';
import { describeShell } from './describe-shell.ts';
import { createDialogs, type Dialogs } from './dialogs.ts';
import { describeError, DesktopError } from './errors.ts';
import { findPython } from '../export/verify/pytorch/find-python.ts';
import { Exports } from './exports.ts';
import { DocumentFiles } from './files.ts';
import { FileHandles } from './handles.ts';
import type { Handlers } from './ipc.ts';
import { JournalFolder, type FoundEntry } from './journal.ts';
import type { LogFile } from './log.ts';
import { menuLayout, menuTemplate, NATIVE_COMMANDS } from './menu.ts';
import { PytorchRuns } from './pytorch.ts';
import { Reach } from './reach.ts';
import { RecentFiles } from './recent-files.ts';
import { countDeath, NO_DEATHS } from './recovery.ts';
import { UnfinishedWrites } from './unfinished-writes.ts';
import { DesktopWindow } from './window.ts';

export interface DesktopPlaces {
  /** Path of the script that runs before the page. */
  readonly preload: string;
  /** The person's folder of this application. */
  readonly userData: string;
  readonly log: Pick<LogFile, 'path'>;
}

export class Desktop {
  readonly #preload: string;
  readonly #userData: string;
  readonly #log: Pick<LogFile, 'path'>;
  readonly #dialogs: Dialogs;
  readonly #handles: FileHandles;
  readonly #recent: RecentFiles;
  readonly #files: DocumentFiles;
  readonly #reach: Reach;
  readonly #checkpoints: CheckpointFiles;
  readonly #unfinished: UnfinishedWrites;
  readonly #journal: JournalFolder;
  readonly #exports: Exports;
  readonly #pytorch = new PytorchRuns(findPython);
  /** Ids of the entries that the window's documents have in the journal. */
  readonly #journalled = new Set<string>();
  /** The person has answered for their unsaved edits, and the window goes. */
  #leaving = false;
  /** Null between the last window's end and the next one, which macOS allows. */
  #window: DesktopWindow | null = null;
  /** The window from the moment on that it is asked for, so that two who ask get one. */
  #opening: Promise<DesktopWindow> | null = null;
  #commands: readonly MenuCommand[] = [];
  #menu: { readonly layout: string; readonly built: Menu } | null = null;
  #deaths = NO_DEATHS;
  /** What was asked for, and happens once the window has closed if the person lets it close. */
  #afterClose: 'nothing' | 'quit' | 'relaunch' = 'nothing';
  readonly #work = new Set<Promise<unknown>>();

  private constructor({ preload, userData, log }: DesktopPlaces, recent: RecentFiles, reach: Reach) {
    this.#preload = preload;
    this.#userData = userData;
    this.#log = log;
    this.#recent = recent;
    this.#handles = new FileHandles((path) => recent.idOf(path));
    this.#reach = reach;
    this.#checkpoints = new CheckpointFiles(reach);
    this.#dialogs = createDialogs(() => this.#window?.browserWindow ?? null);
    this.#unfinished = new UnfinishedWrites(join(userData, 'unfinished'));
    const disk = this.#unfinished.recorded();
    this.#files = new DocumentFiles(this.#dialogs, this.#handles, recent, disk);
    this.#exports = new Exports(this.#dialogs, disk);
    this.#journal = new JournalFolder(join(userData, 'journal'));
    recent.subscribe((newest) => {
      if (newest === null) app.clearRecentDocuments();
      else app.addRecentDocument(newest);
      this.#showMenu();
    });
  }

  static async create(places: DesktopPlaces): Promise<Desktop> {
    const { userData } = places;
    const recent = await RecentFiles.load(join(userData, 'recent-files.json'));
    const reach = await Reach.load(join(userData, 'chosen-files.json'));
    const desktop = new Desktop(places, recent, reach);
    await orReport(desktop.#journal.tidy());
    await orReport(removeTemporaries(userData));
    await orReport(desktop.#unfinished.tidy());
    desktop.#showMenu();
    return desktop;
  }

  /** Shows the window, opening it if there is none. */
  async showWindow(): Promise<void> {
    this.#opening ??= this.#openWindow();
    (await this.#opening).focus();
  }

  async #openWindow(): Promise<DesktopWindow> {
    this.#window = await DesktopWindow.open({
      preload: this.#preload,
      statePath: join(this.#userData, 'window.json'),
      dialogs: this.#dialogs,
      onNewPage: () => {
        this.track(this.#pytorch.closeAll());
        this.track(this.#exports.cancelAll());
        this.#journalled.clear();
        this.#leaving = false;
        this.#commands = [];
        this.#showMenu();
      },
      onStay: () => (this.#afterClose = 'nothing'),
      onClosed: () => this.#onClosed(),
      onWork: (work) => this.track(work),
    });
    return this.#window;
  }

  /** Opens a document in the window; what stands in its way is told there. */
  async openPath(path: string): Promise<void> {
    await this.showWindow();
    try {
      this.#window?.send('openFile', await this.#files.openPath(path));
    } catch (error) {
      this.#window?.send('notice', { message: describeError(error) });
    }
  }

  /** A fault of the shell that nothing was waiting for: the page has all edits, and goes on. */
  tellFault(error: unknown): void {
    const message = `The desktop shell met a fault (${describeError(error)}). Your documents are as they were; save them, and start Patchbay again when it suits you.`;
    this.#window?.send('notice', { message });
  }

  /** The app is to end: if a window's question stops it now, it ends once the window closes. */
  beforeQuit(): void {
    if (this.#afterClose === 'nothing') this.#afterClose = 'quit';
  }

  /** Keeps the app from ending before this has. */
  track(work: Promise<unknown>): void {
    this.#work.add(work);
    const forget = () => this.#work.delete(work);
    work.then(forget, forget);
  }

  /** What is under way; null if nothing is. */
  pendingWork(): Promise<unknown> | null {
    return this.#work.size === 0 ? null : Promise.allSettled(this.#work);
  }

  async gpuProcessGone(reason: string): Promise<void> {
    const report = countDeath(this.#deaths, reason, Date.now());
    if (!report) return;
    this.#deaths = report.deaths;
    this.#window?.send('gpuProcessGone', { deaths: report.count, reason });
    if (!report.offerRelaunch || !(await this.#dialogs.offerRelaunch(report.count))) return;
    this.#afterClose = 'relaunch';
    if (this.#window) this.#window.browserWindow.close();
    else this.#onClosed();
  }

  /** The answers to the renderer's calls. */
  handlers(): Handlers {
    const pathOf = (handle: string | null) => (handle === null ? null : this.#handles.get(handle).path);
    return {
      openDialog: ({ several }) => this.#files.openDialog(several),
      openRecent: ({ id }) => this.#files.openRecent(id),
      openDropped: ({ path, sha256 }) => this.#files.openDropped(path, sha256),
      saveDialog: ({ suggestedName, bytes }) => this.#files.saveDialog(suggestedName, bytes),
      save: ({ handle, bytes }) => this.#files.save(handle, bytes),
      readChanged: ({ handle, take }) => this.#files.readChanged(handle, take),
      recentFiles: () => this.#recent.list(),
      forgetRecent: async ({ id }) => done(await this.#recent.remove(id)),
      clearRecentFiles: async () => done(await this.#recent.clear()),
      journalWrite: async ({ id, name, handle, bytes }) => {
        // Written on the way out, after the person has answered for these edits.
        if (this.#leaving) return null;
        this.#journalled.add(id);
        const file = handle === null ? null : this.#handles.get(handle);
        const entry = { id, name, file: file && { path: file.path, stamp: file.stamp }, bytes };
        return done(await this.#journal.write(entry, this.#journalled));
      },
      journalAppend: async ({ id, bytes }) => {
        if (this.#leaving) return null;
        if (!this.#journalled.has(id)) throw new DesktopError('This page has not written that entry of the journal.');
        return done(await this.#journal.append(id, bytes));
      },
      journalRead: async () =>
        (await this.#journal.read())
          .filter(({ id }) => !this.#journalled.has(id))
          .map((entry) => this.#foundEntry(entry)),
      journalDiscard: async ({ id }) => {
        this.#journalled.delete(id);
        return done(await this.#journal.discard(id));
      },
      pickImages: async ({ document }) => {
        const paths = await this.#dialogs.whichImages();
        await this.#reach.choose(paths);
        return await readImages(paths, pathOf(document));
      },
      readAsset: ({ document, path, sha256 }) => readAsset(this.#reach, pathOf(document), path, sha256),
      pickCheckpoint: async ({ document }) => {
        const path = await this.#dialogs.whichCheckpoint();
        if (path === null) return null;
        await this.#reach.choose([path]);
        return this.#checkpoints.picked(path, pathOf(document));
      },
      openCheckpoint: ({ document, path, sha256 }) => this.#checkpoints.open(pathOf(document), path, sha256),
      readCheckpoint: ({ handle, begin, end }) => this.#checkpoints.read(handle, begin, end),
      setDocumentState: (state) => done(this.#window?.setDocumentState(state)),
      setCommands: ({ commands }) => {
        this.#commands = commands;
        return done(this.#showMenu());
      },
      confirmUnsaved: ({ name }) => this.#dialogs.confirmUnsaved(name),
      answerClose: async ({ close }) => {
        // The person has saved the edits or discarded them: they are not to be offered again.
        this.#leaving = close;
        if (close) for (const id of this.#journalled) await orReport(this.#journal.discard(id));
        return done(this.#window?.answerClose(close));
      },
      exportPick: ({ suggestedName }) => this.#exports.pick(suggestedName),
      exportWrite: async ({ writing, bytes, last }) => done(await this.#exports.write(writing, bytes, last)),
      pytorchOpen: ({ document, name }) => this.#pytorch.open(document, name),
      pytorchWeights: async ({ run, bytes }) => done(await this.#pytorch.get(run).addWeights(bytes)),
      pytorchRun: ({ run, inputs }) => this.#pytorch.get(run).compute(inputs),
      pytorchClose: async ({ run }) => done(await this.#pytorch.close(run)),
      describeShell: () => describeShell(app),
      showLog: () => done(shell.showItemInFolder(this.#log.path)),
    };
  }

  #foundEntry({ id, name, file, bytes, savedAt }: FoundEntry) {
    return { id, name, handle: file && this.#handles.remember(file.path, file.stamp), bytes, savedAt };
  }

  #showMenu(): void {
    const mac = process.platform === 'darwin';
    const state = { commands: this.#commands, recentFiles: this.#recent.list(), mac };
    const layout = menuLayout(state);
    // Most changes are of what can be done now: a menu that is open is not to be torn away for that.
    if (this.#menu?.layout === layout) {
      for (const { id, enabled } of this.#commands) setEnabled(this.#menu.built, id, enabled);
      return;
    }
    const template = menuTemplate(state, {
      sendCommand: (id) => this.#window?.send('command', id),
      openRecent: (id) => this.track(this.#openRecent(id)),
      clearRecentFiles: () => this.track(this.#recent.clear()),
    });
    this.#menu = { layout, built: Menu.buildFromTemplate(template) };
    Menu.setApplicationMenu(this.#menu.built);
  }

  async #openRecent(id: string): Promise<void> {
    await this.openPath(this.#recent.pathOf(id));
  }

  #onClosed(): void {
    this.track(this.#pytorch.closeAll());
    this.track(this.#exports.cancelAll());
    this.#window = null;
    this.#opening = null;
    this.#commands = [];
    this.#journalled.clear();
    this.#leaving = false;
    this.#showMenu();
    const next = this.#afterClose;
    this.#afterClose = 'nothing';
    // An AppImage is mounted anew at each start: the path of what runs is gone by then.
    const image = process.env['APPIMAGE'];
    if (next === 'relaunch') app.relaunch(image === undefined ? {} : { execPath: image });
    // On macOS an application stays when its last window is closed, unless it was the application that was to end.
    if (next !== 'nothing' || process.platform !== 'darwin') app.quit();
  }
}

/** The system decides about the items that it carries out itself. */
function setEnabled(menu: Menu, id: string, enabled: boolean): void {
  const item = menu.getMenuItemById(id);
  if (item && !NATIVE_COMMANDS.has(id)) item.enabled = enabled;
}

/** For what the person is not waiting for: a failure goes to the log and stops nothing. */
async function orReport(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => console.error(describeError(error)));
}

/** The answer of calls that only do something. */
function done(_nothing: void | undefined): null {
  return null;
}
