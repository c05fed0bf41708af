/** What the application asks of the shell it runs in. Two implementations: electron.ts and browser.ts. */
import type { OwningSource } from '../../graph/formats/safetensors.ts';

/** A file as the shell knows it, under one id wherever it turns up, also among the recent files. Opaque: the desktop keeps the path, the browser the File System Access handle. */
export interface FileRef {
  readonly id: string;
  /** With its ending, without its folder. */
  readonly name: string;
}

export interface OpenedFile {
  /** Null if it cannot be saved back to where it came from (an upload): the document is an untitled copy. */
  readonly file: FileRef | null;
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface RecentFile {
  readonly id: string;
  readonly name: string;
  /** Where it lies; null where the shell does not know (browser). */
  readonly folder: string | null;
  readonly openedAt: Date;
}

/** Unsaved edits of one document. */
export interface JournalEntry {
  /** The document's id in the journal: letters, digits and dashes (`crypto.randomUUID()`). */
  readonly id: string;
  readonly name: string;
  /** The file that the edits belong to; null for a document that was never saved. */
  readonly file: FileRef | null;
  /** What session/journal-log.ts makes of the document. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface FoundJournalEntry extends JournalEntry {
  readonly savedAt: Date;
}

/**
 * Who has a file open: this window; another window of the desktop application; or, beside this window, another program:
 * a second Patchbay with other user data, and in a browser any other of its tabs.
 */
export type FileClaim = 'own' | 'other-window' | 'other-program';

/** A document on its way to another window. */
export interface MovedDocument {
  readonly name: string;
  readonly file: FileRef | null;
  /** As a file holds it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Not what the file holds: edits are in it. */
  readonly unsaved: boolean;
  readonly journalId: string;
}

/** Keeps unsaved edits over a crash. It is bounded; the oldest entries go first. */
export interface Journal {
  /** Replaces the entry of that id, wholly or not at all. */
  write(entry: JournalEntry): Promise<void>;
  /**
   * Adds bytes to the end of an entry that this page has written; once it resolves they outlive the application. Where
   * it fails, or the application dies meanwhile, a part of them may be there.
   */
  append(id: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Entries that no open window is writing, newest first. */
  read(): Promise<readonly FoundJournalEntry[]>;
  /**
   * Whether an entry came free that `read` left out: a page that is going lets go of its own a moment later. Waits for that
   * moment.
   */
  freed(): Promise<boolean>;
  /** The window opens what the entry holds, and writes it from now on; false if another window does, or it is gone. */
  claim(id: string): Promise<boolean>;
  /** It does not, after all: the entry is anybody's again. */
  release(id: string): Promise<void>;
  /** @throws {PlatformError} for an entry that another window writes. */
  discard(id: string): Promise<void>;
}

export interface PickedImage {
  readonly name: string;
  /** What the document writes down when the picture is too large to embed: `readAsset` finds it by that and its hash. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A checkpoint that is there and has the hash that was asked for; it is read in pieces, never held whole. */
export interface CheckpointFile extends OwningSource {
  readonly name: string;
  readonly sha256: string;
  /** Of one in several files: they lie one behind the other. */
  readonly parts?: readonly CheckpointPart[];
}

export interface CheckpointPart {
  readonly name: string;
  readonly byteLength: number;
  /** The tensors that the index places there; null where there is none. */
  readonly holds: ReadonlySet<string> | null;
}

/** A file of a model that is to be imported; it is read by slices, wherever it was handed to. */
export interface ModelFile {
  /** From the folder that was chosen, with slashes; of single files, the name. */
  readonly path: string;
  readonly file: File;
  /** What a browser finds it by after a reload; absent where it cannot, or another shell does. */
  readonly from?: FileOrigin;
  /** Of weights that the shell alone reads: the names of their tensors. Then nothing is in `file`. */
  readonly tensors?: readonly string[];
}

/** A file by itself, or the folder in which its path is; null for one that has to be chosen again. */
export type FileOrigin =
  | { readonly kind: 'file'; readonly handle: FileSystemFileHandle }
  | { readonly kind: 'folder'; readonly handle: FileSystemDirectoryHandle | null }
  /** A folder of which the desktop's main process knows where it is. */
  | { readonly kind: 'desktop'; readonly folder: string };

/** What the person chose to be imported. */
export interface ModelFiles {
  /** Of the folder, or of the first file. */
  readonly name: string;
  readonly files: readonly ModelFile[];
}

/** The hashing of a large checkpoint, which takes seconds. */
export interface HashJob {
  /** Told its name, and how much is hashed, from 0 to 1; a small one is hashed without a word. */
  readonly onProgress: (name: string, part: number) => void;
  /** Gives it up: the call rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

export interface PickedCheckpoint extends CheckpointFile {
  /** What the document writes down: `openCheckpoint` finds it by that and its hash. */
  readonly path: string;
}

export interface MenuCommand {
  readonly id: string;
  readonly title: string;
  /** `Mod+Shift+Z`; null if it has none. */
  readonly keys: string | null;
  readonly enabled: boolean;
}

export type UnsavedAnswer = 'save' | 'discard' | 'cancel';
export type Unsubscribe = () => void;

/** Something the shell could not do; the message is for the person, whole and in a sentence. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
}

/** Where an export goes, as the person chose. */
export interface ExportPlace {
  /** Resolves once the whole file is there. @throws {PlatformError} where it cannot be written; what was there stays. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Where a checkpoint goes, as the person chose: one file, or parts and their index. */
export interface CheckpointPlace {
  /** What names of the files begin with: `clip` of clip.safetensors. */
  readonly stem: string;
  /**
   * The next bytes of the file of this name; a file is whole and in its place once its last bytes are. One file after
   * the other, the index last.
   * @throws {PlatformError} where it cannot be written; what was there stays.
   */
  write(name: string, bytes: Uint8Array<ArrayBuffer>, last: boolean): Promise<void>;
  /** Gives it up: nothing of it stays. */
  discard(): Promise<void>;
}

/** Runs a document's PyTorch export. The shell makes the code from the document: only numbers are handed over. */
export interface PytorchHost {
  /** @returns the run's id. What ran before is ended. */
  open(name: string, document: Uint8Array): Promise<string>;
  /** The next piece of the weights, a .safetensors file. */
  addWeights(run: string, bytes: Uint8Array): Promise<void>;
  /** From a .safetensors file of inputs to one of outputs and what layers gave. */
  run(run: string, inputs: Uint8Array): Promise<Uint8Array>;
  /** Ends it, whatever it is doing. */
  close(run: string): Promise<void>;
}

/** Promises reject with `PlatformError`; null as an answer means that the person cancelled. */
export interface Platform {
  readonly kind: 'electron' | 'browser';
  /** How keys are written: ⌘ or Ctrl. */
  readonly mac: boolean;

  openFile(): Promise<OpenedFile | null>;
  /** As many as the person chooses. */
  openFiles(): Promise<readonly OpenedFile[]>;
  openRecent(id: string): Promise<OpenedFile | null>;
  /**
   * The documents among what was dropped, with a handle to save back to where the shell gives one. To be called
   * inside the event's handler, without an `await` before it: the browser empties the data transfer afterwards.
   */
  openDropped(data: DataTransfer): Promise<readonly OpenedFile[]>;
  /**
   * Saves to the file, or where the person says when it is null. Resolves once the bytes are in their place; null also
   * where another program wrote the file meanwhile and the person keeps that.
   */
  saveFile(file: FileRef | null, suggestedName: string, bytes: Uint8Array<ArrayBuffer>): Promise<FileRef | null>;
  /**
   * What another program wrote into the file since it was opened or saved here; null if nobody did, or it is gone.
   * @param take It is what is shown from now on: to save over it is no question any more.
   */
  readChanged(file: FileRef, take?: boolean): Promise<Uint8Array<ArrayBuffer> | null>;
  /**
   * As `readChanged`, of the file of an entry that is to be recovered: what was written since its edits were made, or
   * may have been. To be called in a user's gesture. From now on `readChanged` and `saveFile` compare with that as well.
   */
  readChangedSince(entry: FoundJournalEntry, file: FileRef): Promise<Uint8Array<ArrayBuffer> | null>;
  /**
   * Says that the file is open here, until `releaseFile` or the window's end; what a crash leaves of that counts for
   * nothing. Where another window has it, it stays that one's.
   * @param reveal That one comes to the front with it.
   */
  claimFile(file: FileRef, reveal: boolean): Promise<FileClaim>;
  releaseFile(file: FileRef): Promise<void>;
  /** Opens another window, with the gallery. */
  newWindow(): Promise<void>;
  /**
   * Opens another window and hands it a document; null where the shell's windows know nothing of each other (browser).
   * @param take Asked for it once the window is there; null: it is not to be moved any more.
   * @returns whether it was moved: its file and its journal entry are the other window's then.
   */
  readonly moveDocument: ((take: () => Promise<MovedDocument | null>) => Promise<boolean>) | null;
  /** Newest first. */
  recentFiles(): Promise<readonly RecentFile[]>;
  /** Takes one from the list; the file stays where it is. */
  forgetRecent(id: string): Promise<void>;
  clearRecentFiles(): Promise<void>;

  readonly journal: Journal;

  pickImages(document: FileRef | null): Promise<readonly PickedImage[]>;
  /** The bytes that a document names by path and SHA-256; null if they are not there: it offers Locate. */
  readAsset(document: FileRef | null, path: string, sha256: string): Promise<Uint8Array<ArrayBuffer> | null>;

  /**
   * Asks for a checkpoint; to be called in a user's gesture.
   * @param wanted the hash of one that the document names and that is not there: where the shell knows the file and
   * lacks only the permission, it asks for that.
   */
  pickCheckpoint(document: FileRef | null, wanted: string | null, job?: HashJob): Promise<PickedCheckpoint | null>;
  /** The checkpoint that a document names by path and SHA-256; null if it is not there or holds something else. */
  openCheckpoint(document: FileRef | null, path: string, sha256: string, job?: HashJob): Promise<CheckpointFile | null>;

  /**
   * Asks for a model to import: an .onnx file, with the files that hold its numbers where those are others, or a folder.
   * To be called in a user's gesture.
   */
  pickModel(what: 'file' | 'folder'): Promise<ModelFiles | null>;
  /**
   * Takes files that the person chose for a checkpoint that documents name: one file, or an index and its parts.
   * @param main Path of that file, or of the index.
   */
  adoptCheckpoint(files: readonly ModelFile[], main: string, job?: HashJob): Promise<PickedCheckpoint>;

  /** The window's title, and whether closing it would lose edits. */
  setDocumentState(state: { readonly title: string; readonly dirty: boolean }): void;
  /** What the native menu shows; the browser has none and ignores it. */
  setCommands(commands: readonly MenuCommand[]): void;
  /** The shell's own question about unsaved edits; null where the page has to ask with its own dialog. */
  readonly confirmUnsaved: ((name: string) => Promise<UnsavedAnswer>) | null;
  /** Writes text to the clipboard. */
  copyText(text: string): Promise<void>;
  /** Writes a picture to the clipboard, as PNG. */
  copyImage(png: Blob): Promise<void>;
  /** Gives out a file that is no document (a picture, a table): to the downloads, or to where the person says. */
  exportFile(name: string, bytes: Uint8Array<ArrayBuffer>): void;

  /**
   * Asks where an export goes and, where it would replace a file, whether it may; to be called in a user's gesture.
   * A browser puts it among its downloads, under a name that is free.
   */
  pickExport(suggestedName: string): Promise<ExportPlace | null>;

  /**
   * Asks where a checkpoint goes; to be called in a user's gesture. In several files it replaces none: a mixture of old
   * and new ones would be whole to look at.
   * @param files of weights; of more than one there is an index too.
   */
  pickCheckpointPlace(suggestedName: string, files: number): Promise<CheckpointPlace | null>;

  /** Versions, system, graphics cards and drivers, as far as the shell knows more of them than a page: lines of name and value. */
  describeShell(): Promise<readonly (readonly [name: string, value: string])[]>;
  /** Shows the shell's log in the system's file manager; null where the shell keeps none. */
  readonly showLog: (() => Promise<void>) | null;

  /** PyTorch on this machine; null where the shell cannot start programs. */
  readonly pytorch: PytorchHost | null;

  /** The window was opened for a document that the shell hands over in a moment, or says why not. */
  readonly opensDocument: boolean;
  /** A menu item was chosen. */
  onCommand(listener: (command: string) => void): Unsubscribe;
  /** The system asks to open a document (command line, file manager, recent files of the menu). */
  onOpenFile(listener: (file: OpenedFile) => void): Unsubscribe;
  /** A file that this window has open was asked for elsewhere: it is to be shown. */
  onShowFile(listener: (fileId: string) => void): Unsubscribe;
  /** Another window hands over a document. */
  onDocumentMoved(listener: (moved: MovedDocument) => void): Unsubscribe;
  /** Something went wrong that the person did not start from the page; the message is for a notice. */
  onNotice(listener: (message: string) => void): Unsubscribe;
  /** The window is to close with unsaved edits: the listener asks, saves, and resolves to true to let it close. */
  onCloseRequested(listener: () => Promise<boolean>): Unsubscribe;
}
