/** The names of the channels between preload and main process: one row a call, one row an event, nothing else exists. */
import type { CallName, EventName } from './api.ts';

export const CALL_CHANNELS = {
  openDialog: 'patchbay:open-dialog',
  openRecent: 'patchbay:open-recent',
  openDropped: 'patchbay:open-dropped',
  saveDialog: 'patchbay:save-dialog',
  save: 'patchbay:save',
  readChanged: 'patchbay:read-changed',
  recentFiles: 'patchbay:recent-files',
  forgetRecent: 'patchbay:forget-recent',
  clearRecentFiles: 'patchbay:clear-recent-files',
  journalWrite: 'patchbay:journal-write',
  journalAppend: 'patchbay:journal-append',
  journalRead: 'patchbay:journal-read',
  journalDiscard: 'patchbay:journal-discard',
  pickImages: 'patchbay:pick-images',
  readAsset: 'patchbay:read-asset',
  pickCheckpoint: 'patchbay:pick-checkpoint',
  openCheckpoint: 'patchbay:open-checkpoint',
  readCheckpoint: 'patchbay:read-checkpoint',
  setDocumentState: 'patchbay:set-document-state',
  setCommands: 'patchbay:set-commands',
  confirmUnsaved: 'patchbay:confirm-unsaved',
  answerClose: 'patchbay:answer-close',
  exportPick: 'patchbay:export-pick',
  exportWrite: 'patchbay:export-write',
  pytorchOpen: 'patchbay:pytorch-open',
  pytorchWeights: 'patchbay:pytorch-weights',
  pytorchRun: 'patchbay:pytorch-run',
  pytorchClose: 'patchbay:pytorch-close',
  describeShell: 'patchbay:describe-shell',
  showLog: 'patchbay:show-log',
} as const satisfies Record<CallName, string>;

export const EVENT_CHANNELS = {
  command: 'patchbay:command',
  openFile: 'patchbay:open-file',
  notice: 'patchbay:notice',
  closeRequested: 'patchbay:close-requested',
  gpuProcessGone: 'patchbay:gpu-process-gone',
} as const satisfies Record<EventName, string>;
