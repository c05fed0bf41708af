/** The typed contract between the renderer and the desktop shell: every channel, its payload and its answer. */

/** The renderer never sees a path as something to open: it holds a handle that the main process gave it. */
export interface FileHandle {
  readonly id: string;
  /** Name for the title bar and messages. */
  readonly name: string;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: { readonly message: string } };

export interface RecentFile {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly openedAt: string;
}

/** Menu items act by sending a command of the renderer's list. */
export interface DesktopApi {
  openDialog(): Promise<Result<{ handle: FileHandle; bytes: Uint8Array } | null>>;
  openRecent(request: { id: string }): Promise<Result<{ handle: FileHandle; bytes: Uint8Array }>>;
  saveDialog(request: { suggestedName: string; bytes: Uint8Array }): Promise<Result<FileHandle | null>>;
  save(request: { handle: string; bytes: Uint8Array }): Promise<Result<null>>;
  recentFiles(): Promise<Result<readonly RecentFile[]>>;
  journalWrite(request: { id: string; bytes: Uint8Array }): Promise<Result<null>>;
  journalRead(): Promise<Result<readonly { id: string; bytes: Uint8Array; savedAt: string }[]>>;
  journalDiscard(request: { id: string }): Promise<Result<null>>;
  /** For the title and the guard at close. */
  setDocumentState(request: { title: string; dirty: boolean }): Promise<Result<null>>;
  confirmUnsaved(request: { name: string }): Promise<Result<'save' | 'discard' | 'cancel'>>;
  closeWindow(): Promise<Result<null>>;
  onCommand(listener: (command: string) => void): () => void;
  onOpenFile(listener: (file: { handle: FileHandle; bytes: Uint8Array }) => void): () => void;
  onCloseRequested(listener: () => void): () => void;
}
