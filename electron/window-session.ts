/**
 * One window and what its page may use: the files, choices, exports and runs of one are out of reach of every other.
 * What all of them share comes from `Desktop`.
 */
import { randomUUID } from 'node:crypto';
import { app, shell, type WebContents } from 'electron';
import type { FileClaim, MenuCommand, MovedDocument, OpenedDesktopFile } from './api.ts';
import { readAsset, readImages } from './assets.ts';
import type { CheckpointHashes } from './checkpoint-hashes.ts';
import { CheckpointFiles } from './checkpoints.ts';
import { describeShell } from './describe-shell.ts';
import { createDialogs, type Dialogs } from './dialogs.ts';
import { describeError, DesktopError } from './errors.ts';
import { findPython } from '../export/verify/pytorch/find-python.ts';
import { Exports } from './exports.ts';
import type { FileClaims } from './file-claims.ts';
import type { FileSystem } from './file-system.ts';
import { DocumentFiles } from './files.ts';
import { FileHandles } from './handles.ts';
import type { Handlers } from './ipc.ts';
import type { FoundEntry } from './journal.ts';
import type { JournalOwners } from './journal-owners.ts';
import type { LogFile } from './log.ts';
import { ModelFolders } from './model-folders.ts';
import { PytorchRuns } from './pytorch.ts';
import { type ChosenFiles, Reach } from './reach.ts';
import type { RecentFiles } from './recent-files.ts';
import { DesktopWindow, type WindowOptions } from './window.ts';

/** What the windows of the application share. */
export interface Shared {
  readonly log: Pick<LogFile, 'path'>;
  readonly recent: RecentFiles;
  readonly chosen: ChosenFiles;
  readonly hashes: CheckpointHashes;
  /** Documents and exports are written with it. */
  readonly disk: FileSystem;
  readonly journal: JournalOwners<WindowSession>;
  readonly claims: FileClaims<WindowSession>;
}

/** What a window tells the application, and asks of it. */
export interface SessionOptions extends Omit<
  WindowOptions,
  'dialogs' | 'onNewPage' | 'onClosed' | 'onFocus' | 'onStay'
> {
  readonly onFocus: (session: WindowSession) => void;
  readonly onStay: () => void;
  readonly onClosed: (session: WindowSession) => void;
  /** Its commands have changed. */
  readonly onCommands: () => void;
  /** The page asks for another window, which opens beside this one. @throws {DesktopError} where there are too many. */
  readonly onNewWindow: (from: WindowSession) => WindowSession;
}

export class WindowSession {
  readonly window: DesktopWindow;
  readonly handlers: Handlers;
  /** What can be done in it, for the menu. */
  commands: readonly MenuCommand[] = [];
  readonly #shared: Shared;
  readonly #options: SessionOptions;
  readonly #dialogs: Dialogs;
  readonly #handles: FileHandles;
  readonly #files: DocumentFiles;
  readonly #reach: Reach;
  readonly #checkpoints: CheckpointFiles;
  readonly #models: ModelFolders;
  readonly #exports: Exports;
  readonly #pytorch = new PytorchRuns(findPython);
  /** Windows that it opened and may hand a document to, by the id that the page knows. */
  readonly #opened = new Map<string, WindowSession>();
  /** The person has answered for the unsaved edits, and the window goes. */
  #leaving = false;

  constructor(shared: Shared, options: SessionOptions) {
    this.#shared = shared;
    this.#options = options;
    this.#handles = new FileHandles((path) => shared.recent.idOf(path));
    this.#reach = new Reach(shared.chosen);
    this.#checkpoints = new CheckpointFiles(this.#reach, shared.hashes);
    this.#models = new ModelFolders(this.#reach, this.#checkpoints);
    this.#dialogs = createDialogs(() => this.window.browserWindow);
    this.#files = new DocumentFiles(this.#dialogs, this.#handles, shared.recent, shared.disk, (path) =>
      this.#checkFree(path),
    );
    this.#exports = new Exports(this.#dialogs, shared.disk);
    this.handlers = this.#makeHandlers();
    this.window = new DesktopWindow({
      ...options,
      dialogs: this.#dialogs,
      onFocus: () => options.onFocus(this),
      onNewPage: () => this.#letGo(),
      onClosed: () => {
        this.#letGo();
        options.onClosed(this);
      },
    });
  }

  /** Whether this is the page that the window shows. */
  isPage(contents: WebContents): boolean {
    return !this.window.browserWindow.isDestroyed() && this.window.browserWindow.webContents === contents;
  }

  /** Opens a document; what stands in its way is told in the window. */
  async openPath(path: string): Promise<void> {
    try {
      this.window.send('openFile', await this.#open(this.#files.openPath(path)));
    } catch (error) {
      this.window.send('notice', { message: describeError(error) });
    }
  }

  /** Brings a document of this window to the front. */
  show(handle: string): void {
    this.window.send('showFile', { handle });
    this.window.focus();
  }

  /** A page begins, or the window is gone: what the one before was doing ends, and what it had is anybody's. */
  #letGo(): void {
    const { onWork } = this.#options;
    onWork(this.#pytorch.closeAll());
    onWork(this.#exports.cancelAll());
    onWork(this.#shared.claims.releaseAll(this));
    this.#shared.journal.releaseAll(this);
    this.#opened.clear();
    this.#leaving = false;
    this.commands = [];
    this.#options.onCommands();
  }

  /** The answers to the page's calls. */
  #makeHandlers(): Handlers {
    const { journal, claims, recent, log } = this.#shared;
    const pathOf = (handle: string | null) => (handle === null ? null : this.#handles.get(handle).path);
    return {
      openDialog: async ({ several }) => {
        const opened = await this.#files.openDialog(several);
        return Promise.all(opened.map((file) => this.#open(file)));
      },
      openRecent: ({ id }) => this.#open(this.#files.openRecent(id)),
      openDropped: ({ path, sha256 }) => this.#open(this.#files.openDropped(path, sha256)),
      saveDialog: async ({ suggestedName, bytes }) => this.#saved(await this.#files.saveDialog(suggestedName, bytes)),
      save: async ({ handle, bytes }) => this.#saved(await this.#files.save(handle, bytes)),
      readChanged: ({ handle, take }) => this.#files.readChanged(handle, take),
      claimFile: ({ handle, reveal }) => this.#claim(handle, reveal),
      releaseFile: async ({ handle }) => done(await claims.release(this, this.#handles.get(handle).path)),
      newWindow: async () => {
        const opened = this.#options.onNewWindow(this);
        await opened.window.loaded();
        const id = randomUUID();
        this.#opened.set(id, opened);
        return id;
      },
      moveDocument: async ({ window, ...moved }) => done(await this.#move(window, moved)),
      recentFiles: () => recent.list(),
      forgetRecent: async ({ id }) => done(await recent.remove(id)),
      clearRecentFiles: async () => done(await recent.clear()),
      journalWrite: async ({ id, name, handle, bytes }) => {
        // Written on the way out, after the person has answered for these edits.
        if (this.#leaving) return null;
        const file = handle === null ? null : this.#handles.get(handle);
        const entry = { id, name, file: file && { path: file.path, stamp: file.stamp }, bytes };
        return done(await journal.write(this, entry));
      },
      journalAppend: async ({ id, bytes }) => (this.#leaving ? null : done(await journal.append(this, id, bytes))),
      journalRead: async () => (await journal.read()).map((entry) => this.#foundEntry(entry)),
      journalClaim: ({ id }) => journal.claim(this, id),
      journalRelease: ({ id }) => done(journal.release(this, id)),
      journalDiscard: async ({ id }) => done(await journal.discard(this, id)),
      pickImages: async ({ document }) => {
        const documentPath = pathOf(document);
        const paths = await this.#dialogs.whichImages();
        await this.#reach.choose(paths);
        return await readImages(paths, documentPath);
      },
      readAsset: ({ document, path, sha256 }) => readAsset(this.#reach, pathOf(document), path, sha256),
      pickCheckpoint: async ({ document }) => {
        const documentPath = pathOf(document);
        const paths = await this.#dialogs.whichCheckpoint();
        if (paths.length === 0) return null;
        await this.#reach.choose(paths);
        return this.#checkpoints.picked(paths, documentPath);
      },
      openCheckpoint: ({ document, path, sha256 }) => this.#checkpoints.open(pathOf(document), path, sha256),
      adoptCheckpoint: ({ path, sha256 }) => this.#checkpoints.adopted(path, sha256),
      hashCheckpoint: ({ hashing }) => this.#checkpoints.hashOn(hashing),
      readCheckpoint: ({ handle, begin, end }) => this.#checkpoints.read(handle, begin, end),
      pickModelFolder: async () => {
        const folder = await this.#dialogs.whichModelFolder();
        return folder === null ? null : await this.#models.chosen(folder);
      },
      readModelFile: ({ folder, path, begin, end }) => this.#models.read(folder, path, begin, end),
      adoptModelWeights: ({ folder, path }) => this.#models.adopted(folder, path),
      setDocumentState: (state) => done(this.window.setDocumentState(state)),
      setCommands: ({ commands }) => {
        this.commands = commands;
        return done(this.#options.onCommands());
      },
      confirmUnsaved: ({ name }) => this.#dialogs.confirmUnsaved(name),
      answerClose: async ({ question, close }) => {
        // The person has saved the edits or discarded them: they are not to be offered again.
        this.#leaving = close;
        if (close) {
          await journal.discardAll(this).catch((error: unknown) => console.error(describeError(error)));
        }
        return done(this.window.answerClose(question, close));
      },
      exportPick: ({ suggestedName }) => this.#exports.pick(suggestedName),
      exportPickParts: ({ suggestedName, count }) => this.#exports.pickParts(suggestedName, count),
      exportCancel: async ({ writing }) => done(await this.#exports.cancel(writing)),
      exportWrite: async ({ writing, bytes, last }) => done(await this.#exports.write(writing, bytes, last)),
      pytorchOpen: ({ document, name }) => this.#pytorch.open(document, name),
      pytorchWeights: async ({ run, bytes }) => done(await this.#pytorch.get(run).addWeights(bytes)),
      pytorchRun: ({ run, inputs }) => this.#pytorch.get(run).compute(inputs),
      pytorchClose: async ({ run }) => done(await this.#pytorch.close(run)),
      describeShell: () => describeShell(app),
      showLog: () => done(shell.showItemInFolder(log.path)),
    };
  }

  /** What the document names comes into reach with it. */
  async #open(opening: OpenedDesktopFile | Promise<OpenedDesktopFile>): Promise<OpenedDesktopFile> {
    const opened = await opening;
    this.#reach.opened(this.#handles.get(opened.handle.id).path);
    return opened;
  }

  #saved<H extends { readonly id: string } | null>(handle: H): H {
    if (handle) this.#reach.saved(this.#handles.get(handle.id).path);
    return handle;
  }

  async #claim(id: string, reveal: boolean): Promise<FileClaim> {
    const { handle, path } = this.#handles.get(id);
    const claim = await this.#shared.claims.claim(this, handle.id, path);
    if (typeof claim === 'string') return claim;
    if (reveal) claim.window.show(claim.handle);
    return 'other-window';
  }

  /** @throws {DesktopError} for a file that another window has open: what is saved over it there would be lost. */
  async #checkFree(path: string): Promise<void> {
    const claim = await this.#shared.claims.holderOf(path);
    if (claim && claim.window !== this) {
      throw new DesktopError('The file is open in another window. Save under another name, or close it there.');
    }
  }

  async #move(window: string, { handle, journalId, ...moved }: MovedDocument): Promise<void> {
    const other = this.#opened.get(window);
    if (!other || other.window.browserWindow.isDestroyed()) {
      throw new DesktopError('The new window was closed: the document stays here.');
    }
    const file = handle === null ? null : this.#handles.get(handle);
    this.#shared.journal.pass(journalId, this, other);
    this.#opened.delete(window);
    this.#reach.passTo(other.#reach);
    if (file) await this.#shared.claims.release(this, file.path);
    const passed = file && other.#handles.remember(file.path, file.stamp);
    other.window.send('documentMoved', { ...moved, handle: passed, journalId });
  }

  #foundEntry({ id, name, file, bytes, savedAt }: FoundEntry) {
    return { id, name, handle: file && this.#handles.remember(file.path, file.stamp), bytes, savedAt };
  }
}

/** The answer of calls that only do something. */
function done(_nothing: void | undefined): null {
  return null;
}
