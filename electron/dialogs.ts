/** Every native dialog of the application, and its words. */
import { dialog, type BrowserWindow, type MessageBoxOptions } from 'electron';
import type { UnsavedAnswer } from './api.ts';
import type { ExportQuestions } from './exports.ts';
import { asFileName, asShown } from './names.ts';
import { DOCUMENT_EXTENSION, type FileQuestions } from './files.ts';

const DOCUMENTS = { name: 'Patchbay document', extensions: [DOCUMENT_EXTENSION.slice(1)] };
const ANY_FILE = { name: 'Any file', extensions: ['*'] };
const PICTURES = {
  name: 'Pictures and captions',
  extensions: ['png', 'jpg', 'jpeg', 'webp', 'gif', 'avif', 'bmp', 'csv', 'jsonl'],
};

/** One file, an index, or parts. */
const CHECKPOINTS = { name: 'Checkpoint', extensions: ['safetensors', 'json'] };

export interface Dialogs extends FileQuestions, ExportQuestions {
  whichImages(): Promise<readonly string[]>;
  /** The files of one checkpoint; none: the person cancelled. */
  whichCheckpoint(): Promise<readonly string[]>;
  /** Null: the person cancelled. */
  whichModelFolder(): Promise<string | null>;
  confirmUnsaved(name: string): Promise<UnsavedAnswer>;
  /** The page hangs with unsaved edits. */
  confirmCloseUnresponsive(): Promise<boolean>;
  offerRelaunch(deaths: number): Promise<boolean>;
  offerReload(reason: string): Promise<boolean>;
}

/** @param currentWindow The window that dialogs belong to; null while none is open. */
export function createDialogs(currentWindow: () => BrowserWindow | null): Dialogs {
  /** The index of the button that was chosen. The first is the default, the last what closing the dialog means. */
  const ask = async (options: MessageBoxOptions & { readonly buttons: string[] }): Promise<number> => {
    const whole = { defaultId: 0, cancelId: options.buttons.length - 1, noLink: true, ...options };
    const window = currentWindow();
    const { response } = await (window ? dialog.showMessageBox(window, whole) : dialog.showMessageBox(whole));
    return response;
  };
  const openDialog = async (options: Electron.OpenDialogOptions): Promise<readonly string[]> => {
    const window = currentWindow();
    const { canceled, filePaths } = await (window
      ? dialog.showOpenDialog(window, options)
      : dialog.showOpenDialog(options));
    return canceled ? [] : filePaths;
  };
  const saveDialog = async (defaultPath: string, filters: Electron.FileFilter[]): Promise<string | null> => {
    // Elsewhere the system asks by itself about a file that is there.
    const options: Electron.SaveDialogOptions = { defaultPath, filters, properties: ['showOverwriteConfirmation'] };
    const window = currentWindow();
    const { canceled, filePath } = await (window
      ? dialog.showSaveDialog(window, options)
      : dialog.showSaveDialog(options));
    return canceled || filePath === '' ? null : filePath;
  };
  return {
    whatToOpen: (several) =>
      openDialog({
        properties: several ? ['openFile', 'multiSelections'] : ['openFile'],
        filters: [DOCUMENTS, ANY_FILE],
      }),
    whichImages: () => openDialog({ properties: ['openFile', 'multiSelections'], filters: [PICTURES] }),
    whichCheckpoint: () => openDialog({ properties: ['openFile', 'multiSelections'], filters: [CHECKPOINTS] }),
    whichModelFolder: async () => (await openDialog({ properties: ['openDirectory'] }))[0] ?? null,
    whereToSave: (suggestedName) => saveDialog(asFileName(suggestedName), [DOCUMENTS]),
    whereToExport: (suggestedName) => saveDialog(asFileName(suggestedName), []),
    overwriteExport: async (name) =>
      (await ask({
        type: 'warning',
        message: `Replace ${asShown(name)}?`,
        detail: 'There is a file of that name already.',
        buttons: ['Replace', 'Keep the file'],
        defaultId: 1,
      })) === 0,
    overwriteChanged: async (name) =>
      (await ask({
        type: 'warning',
        message: `Overwrite ${asShown(name)}?`,
        detail: 'There is a file of that name that holds other content than what was opened or saved here.',
        buttons: ['Overwrite', 'Keep the file'],
        defaultId: 1,
      })) === 0,
    confirmUnsaved: async (name) => {
      const answers = ['save', 'discard', 'cancel'] as const;
      const chosen = await ask({
        type: 'warning',
        message: `Save the edits of ${asShown(name)}?`,
        detail: 'Edits that are not saved are lost.',
        buttons: ['Save', 'Discard edits', 'Keep editing'],
      });
      return answers[chosen] ?? 'cancel';
    },
    confirmCloseUnresponsive: async () =>
      (await ask({
        type: 'warning',
        message: 'Patchbay does not respond.',
        detail: 'Edits up to a moment ago are in the journal and will be offered at the next start.',
        buttons: ['Close anyway', 'Wait'],
        defaultId: 1,
      })) === 0,
    offerRelaunch: async (deaths) =>
      (await ask({
        type: 'warning',
        message: `The graphics process stopped ${deaths} times within minutes.`,
        detail: 'A relaunch gives it a fresh start. You are asked about unsaved edits first.',
        buttons: ['Relaunch', 'Not now'],
      })) === 0,
    offerReload: async (reason) =>
      (await ask({
        type: 'error',
        message: `The window's process stopped (${reason}).`,
        detail: 'Unsaved edits are in the journal and will be offered after reloading.',
        buttons: ['Reload', 'Close'],
      })) === 0,
  };
}
