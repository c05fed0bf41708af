/** The parts of the File System Access API that only Chromium has, and TypeScript's DOM library therefore leaves out. */

interface FileType {
  readonly description: string;
  readonly accept: Readonly<Record<string, readonly string[]>>;
}

interface PickerOptions {
  readonly id: string;
  readonly types: readonly FileType[];
  readonly suggestedName?: string;
  readonly multiple?: boolean;
}

export interface Pickers {
  showOpenFilePicker(options: PickerOptions): Promise<readonly FileSystemFileHandle[]>;
  showSaveFilePicker(options: PickerOptions): Promise<FileSystemFileHandle>;
}

type Access = 'read' | 'readwrite';

/** Asks for a folder. */
export type FolderPicker = (options: {
  readonly id: string;
  readonly mode: Access;
}) => Promise<FileSystemDirectoryHandle>;

/** A handle from IndexedDB has lost its permissions; one from a picker or OPFS has them. */
interface PermissionedHandle {
  queryPermission?(options: { mode: Access }): Promise<PermissionState>;
  requestPermission?(options: { mode: Access }): Promise<PermissionState>;
}

interface HandleItem {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

/** The pickers of this window, looked up at each use; null where the browser has none. */
export function pickers(): Pickers | null {
  const candidate = window as Partial<Pickers>;
  return candidate.showOpenFilePicker && candidate.showSaveFilePicker ? (window as unknown as Pickers) : null;
}

/** That of this window; null where the browser has none. */
export function folderPicker(): FolderPicker | null {
  const { showDirectoryPicker } = window as { showDirectoryPicker?: FolderPicker };
  return showDirectoryPicker ? (options) => showDirectoryPicker.call(window, options) : null;
}

/** Whether the file, or the folder, may be used, after asking the person if need be; asking takes a user's gesture. */
export async function isAllowed(handle: FileSystemHandle & PermissionedHandle, mode: Access): Promise<boolean> {
  if (!handle.queryPermission || !handle.requestPermission) return true;
  if ((await handle.queryPermission({ mode })) === 'granted') return true;
  return (await handle.requestPermission({ mode })) === 'granted';
}

/** Whether the file, or the folder, may be read without asking. */
export async function isReadable(handle: FileSystemHandle & PermissionedHandle): Promise<boolean> {
  return !handle.queryPermission || (await handle.queryPermission({ mode: 'read' })) === 'granted';
}

/** The handle of something dropped, where the browser gives one; to be called inside the event's handler. */
export async function droppedHandle(item: DataTransferItem & HandleItem): Promise<FileSystemFileHandle | null> {
  const handle = await item.getAsFileSystemHandle?.();
  return handle instanceof FileSystemFileHandle ? handle : null;
}

/** Null where the person closed the picker. */
export async function orCancelled<T>(picking: Promise<T>): Promise<T | null> {
  try {
    return await picking;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}
