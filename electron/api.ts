/**
 * The typed contract between the renderer and the desktop shell: every call, its request and its answer.
 *
 * The names of the channels stand in electron/channels.ts and the schemas of the requests in electron/schemas.ts;
 * both are tables that must have a row for everything here, or do not compile.
 */

/** The renderer never sees a path as something to open: it holds a handle that the main process gave it. */
export interface FileHandle {
  readonly id: string;
  /** Name for the title bar and messages. */
  readonly name: string;
}

/** Failures cross the bridge as values: an exception would lose its class and show a stack to nobody. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: { readonly message: string } };

export interface OpenedDesktopFile {
  readonly handle: FileHandle;
  readonly bytes: Uint8Array;
}

export interface RecentFile {
  readonly id: string;
  readonly name: string;
  /** Where it lies, to tell two of one name apart; shown, never opened. */
  readonly folder: string;
  /** ISO 8601. */
  readonly openedAt: string;
}

/** Unsaved edits of one document, as they were last written to the journal. */
export interface DesktopJournalEntry {
  readonly id: string;
  /** The document's name when it was written. */
  readonly name: string;
  /** The file the edits belong to; null for a document that was never saved. */
  readonly handle: FileHandle | null;
  readonly bytes: Uint8Array;
  /** ISO 8601. */
  readonly savedAt: string;
}

export interface PickedDesktopImage {
  readonly name: string;
  /** What a document writes down to find it again: relative to the document's folder if it lies at or below it. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A checkpoint whose hash is what was asked for; it is read in slices. */
export interface OpenedCheckpoint {
  readonly handle: string;
  readonly byteLength: number;
  /** Of one in several files, which are read as if they lay one behind the other. */
  readonly parts?: readonly OpenedPart[];
}

export interface OpenedPart {
  readonly name: string;
  readonly byteLength: number;
  /** Names of the tensors that the index places there; null where there is none. */
  readonly holds: readonly string[] | null;
}

export interface PickedCheckpoint extends OpenedCheckpoint {
  readonly name: string;
  /** As that of a picked image. */
  readonly path: string;
  readonly sha256: string;
}

/** A folder of a model that the person chose to be imported. */
export interface ChosenModelFolder {
  /** Names it in calls. */
  readonly folder: string;
  readonly name: string;
  /** Those directly in it; links that lead out of the model are none. */
  readonly files: readonly { readonly path: string; readonly byteLength: number }[];
}

/** A large checkpoint of which a part is hashed: the page asks on until it is told the rest, or no more if it gave up. */
export interface HashedInPart {
  readonly hashing: string;
  readonly name: string;
  /** How much is hashed, from 0 to 1. */
  readonly part: number;
}

/** What asking on gives: more to ask, or what `pickCheckpoint` or `openCheckpoint` promised. */
export type HashProgress = HashedInPart | PickedCheckpoint | OpenedCheckpoint | null;

/** No more bytes of a checkpoint cross the bridge at once. */
export const CHECKPOINT_SLICE_BYTES = 16 * 1024 * 1024;

/** One command of the renderer's list as the native menu shows it. */
export interface MenuCommand {
  readonly id: string;
  readonly title: string;
  /** In the renderer's spelling, `Mod+Shift+Z`; null if it has none. */
  readonly keys: string | null;
  readonly enabled: boolean;
}

/** Fragment of the page's URL in a window that opens for a document: the page waits for `openFile`, or for a `notice` of why it does not come. */
export const OPENING_HASH = '#opening';

export type UnsavedAnswer = 'save' | 'discard' | 'cancel';

/** Who has a file open: this window, another one, or another program (a second Patchbay with other user data) beside this window. */
export type FileClaim = 'own' | 'other-window' | 'other-program';

/** A document on its way to another window. */
export interface MovedDocument {
  readonly name: string;
  /** The file that it is saved to; null: never saved. */
  readonly handle: string | null;
  /** As a file holds it. */
  readonly bytes: Uint8Array;
  /** Not what the file holds: edits are in it. */
  readonly unsaved: boolean;
  /** Its id in the journal. */
  readonly journalId: string;
}

/** Calls from the renderer to the main process. Null as an answer means that the person cancelled. */
export interface DesktopCalls {
  /** Asks for one document, or for several; none: the person cancelled. */
  openDialog(request: { readonly several: boolean }): Promise<Result<readonly OpenedDesktopFile[]>>;
  openRecent(request: { readonly id: string }): Promise<Result<OpenedDesktopFile>>;
  /**
   * A file that was dropped on the window. The preload fills in its path, which it alone learns, and the hash of what the
   * drop let it read: a page that was taken over could make up the one, but not the other.
   */
  openDropped(request: { readonly path: string; readonly sha256: string }): Promise<Result<OpenedDesktopFile>>;
  /** Asks where to, then saves there. */
  saveDialog(request: {
    readonly suggestedName: string;
    readonly bytes: Uint8Array;
  }): Promise<Result<FileHandle | null>>;
  /** Saves to the file of the handle; null if another program changed it meanwhile and the person chose to keep that. */
  save(request: { readonly handle: string; readonly bytes: Uint8Array }): Promise<Result<FileHandle | null>>;
  /** What another program wrote into the file since it was opened or saved here; null if nobody did, or it is gone. */
  readChanged(request: { readonly handle: string; readonly take: boolean }): Promise<Result<Uint8Array | null>>;
  /**
   * The window has the file open from now on, unless another window has, which is then brought to the front if `reveal`
   * says so.
   */
  claimFile(request: { readonly handle: string; readonly reveal: boolean }): Promise<Result<FileClaim>>;
  releaseFile(request: { readonly handle: string }): Promise<Result<null>>;
  /** Opens another window; the answer, once its page has loaded, is its id for `moveDocument`. */
  newWindow(): Promise<Result<string>>;
  /** Hands a document to a window that this one has opened. Its file and its entry in the journal are that one's then. */
  moveDocument(request: MovedDocument & { readonly window: string }): Promise<Result<null>>;
  recentFiles(): Promise<Result<readonly RecentFile[]>>;
  /** Takes one from the list; the file stays where it is. */
  forgetRecent(request: { readonly id: string }): Promise<Result<null>>;
  clearRecentFiles(): Promise<Result<null>>;
  journalWrite(request: {
    readonly id: string;
    readonly name: string;
    readonly handle: string | null;
    readonly bytes: Uint8Array;
  }): Promise<Result<null>>;
  /** Adds to an entry that this page has written; after a failure a part of it may be there. */
  journalAppend(request: { readonly id: string; readonly bytes: Uint8Array }): Promise<Result<null>>;
  /** Those that no document of any window is writing, newest first. */
  journalRead(): Promise<Result<readonly DesktopJournalEntry[]>>;
  /** The window opens what the entry holds; false if another window does, or it is gone. */
  journalClaim(request: { readonly id: string }): Promise<Result<boolean>>;
  /** It does not, after all: the entry is anybody's again. */
  journalRelease(request: { readonly id: string }): Promise<Result<null>>;
  journalDiscard(request: { readonly id: string }): Promise<Result<null>>;
  pickImages(request: { readonly document: string | null }): Promise<Result<readonly PickedDesktopImage[]>>;
  /** A file that a document names by path and hash: its bytes if they have that hash, null if they are not there. */
  readAsset(request: {
    readonly document: string | null;
    readonly path: string;
    readonly sha256: string;
  }): Promise<Result<Uint8Array | null>>;
  /** Asks for a file, the index of several, or all of them. */
  pickCheckpoint(request: {
    readonly document: string | null;
  }): Promise<Result<PickedCheckpoint | HashedInPart | null>>;
  /** The checkpoint that a document names by path and hash; null if it is not there or holds something else. */
  openCheckpoint(request: {
    readonly document: string | null;
    readonly path: string;
    readonly sha256: string;
  }): Promise<Result<OpenedCheckpoint | HashedInPart | null>>;
  /**
   * A checkpoint that was dropped on the window or chosen in the page's own field: the file, or the index of several that
   * lie beside it. The preload fills in the path, which it
   * alone learns; the hash is what the page read of it, and is compared with the file: one who made up the path has not
   * that. Null where it is another.
   */
  adoptCheckpoint(request: {
    readonly path: string;
    readonly sha256: string;
  }): Promise<Result<PickedCheckpoint | HashedInPart | null>>;
  /** Hashes the next part of one; at last the answer is that of the call before. */
  hashCheckpoint(request: { readonly hashing: string }): Promise<Result<HashProgress>>;
  /** Its bytes from `begin` up to `end`, at most `CHECKPOINT_SLICE_BYTES` of them. */
  readCheckpoint(request: {
    readonly handle: string;
    readonly begin: number;
    readonly end: number;
  }): Promise<Result<Uint8Array>>;
  /** Asks for the folder of a model. */
  pickModelFolder(): Promise<Result<ChosenModelFolder | null>>;
  /** Bytes of one of its files, from `begin` up to `end`, at most `CHECKPOINT_SLICE_BYTES` of them. */
  readModelFile(request: {
    readonly folder: string;
    readonly path: string;
    readonly begin: number;
    readonly end: number;
  }): Promise<Result<Uint8Array>>;
  /** Its weights, in a file or by the index of several, as `pickCheckpoint` gives those that are chosen. */
  adoptModelWeights(request: {
    readonly folder: string;
    readonly path: string;
  }): Promise<Result<PickedCheckpoint | HashedInPart>>;
  /** For the title and the guard at close. */
  setDocumentState(request: { readonly title: string; readonly dirty: boolean }): Promise<Result<null>>;
  /** Titles, keys and what can be done now, for the native menu. */
  setCommands(request: { readonly commands: readonly MenuCommand[] }): Promise<Result<null>>;
  confirmUnsaved(request: { readonly name: string }): Promise<Result<UnsavedAnswer>>;
  /** The renderer's answer to `closeRequested`, to the last one that it got: close without asking again, or stay. */
  answerClose(request: { readonly question: number; readonly close: boolean }): Promise<Result<null>>;
  /** Asks where an export goes, and before it replaces a file; the answer is the writing's id. */
  exportPick(request: { readonly suggestedName: string }): Promise<Result<string | null>>;
  /**
   * Asks where a checkpoint of several files goes. They and their index, which is the last, are called after what the
   * person says, and none of them may be there. `stem` is what their names begin with.
   */
  exportPickParts(request: {
    readonly suggestedName: string;
    readonly count: number;
  }): Promise<Result<{ readonly writing: string; readonly stem: string } | null>>;
  /** The next piece; after the last one the file is in its place, and of several files the next one begins. */
  exportWrite(request: {
    readonly writing: string;
    readonly bytes: Uint8Array;
    readonly last: boolean;
  }): Promise<Result<null>>;
  /** Gives it up: nothing of it stays. */
  exportCancel(request: { readonly writing: string }): Promise<Result<null>>;
  /**
   * Writes the PyTorch export of a document, to be run with the PyTorch of this machine; what ran before is ended.
   * The main process makes the code: only numbers come from the page. The answer is the run's id.
   */
  pytorchOpen(request: { readonly name: string; readonly document: Uint8Array }): Promise<Result<string>>;
  /** The next piece of the weights, a .safetensors file. */
  pytorchWeights(request: { readonly run: string; readonly bytes: Uint8Array }): Promise<Result<null>>;
  /** Computes on a .safetensors file of inputs; the answer is one of outputs and what layers gave. */
  pytorchRun(request: { readonly run: string; readonly inputs: Uint8Array }): Promise<Result<Uint8Array>>;
  /** Ends it, whatever it is doing. */
  pytorchClose(request: { readonly run: string }): Promise<Result<null>>;
  /** Versions, system, graphics cards and drivers, as lines of name and value. */
  describeShell(): Promise<Result<readonly (readonly [string, string])[]>>;
  /** Shows the log among its files in the system's file manager. */
  showLog(): Promise<Result<null>>;
}

/** Events from the main process. What comes before the first listener waits for it. */
export interface DesktopEvents {
  /** A menu item was chosen; the id is of the renderer's list of commands. */
  command: string;
  /** The system, the menu or a second start of the app asks to open a file. */
  openFile: OpenedDesktopFile;
  /** The file was asked for elsewhere, and this window has it open. */
  showFile: { readonly handle: string };
  /** A document that another window hands over. */
  documentMoved: Omit<MovedDocument, 'handle'> & { readonly handle: FileHandle | null };
  /** Something went wrong that the page did not ask for: a file that the system wanted opened, or a fault of the shell. */
  notice: { readonly message: string };
  /** The window is to close while the document has unsaved edits; answered by `answerClose`, with the number that it has. */
  closeRequested: { readonly question: number };
  /** The GPU process died; `deaths` counts those of the last minutes. WebGPU devices are lost. */
  gpuProcessGone: { readonly deaths: number; readonly reason: string };
}

export type CallName = keyof DesktopCalls;
export type EventName = keyof DesktopEvents;

/** What the preload exposes as `window.patchbayDesktop`. */
export interface DesktopApi extends Omit<DesktopCalls, 'openDropped' | 'adoptCheckpoint'> {
  readonly platform: 'darwin' | 'linux' | 'win32';
  /** Null if the file has no path: it was made by a page, or dragged out of another program as data. */
  openDropped(file: File): Promise<Result<OpenedDesktopFile> | null>;
  /** Null as above. @param sha256 What the page read. */
  adoptCheckpoint(file: File, sha256: string): Promise<Result<PickedCheckpoint | HashedInPart | null> | null>;
  /** Returns what ends it. */
  on<E extends EventName>(event: E, listener: (payload: DesktopEvents[E]) => void): () => void;
}
