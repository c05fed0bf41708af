/** The bridge: runs in the sandbox before the page and gives it `window.patchbayDesktop`, exactly the contract of api.ts. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { CallName, DesktopApi, DesktopEvents, EventName } from './api.ts';
import { CALL_CHANNELS, EVENT_CHANNELS } from './channels.ts';

/** Events listen from the start, so that what comes before the page's own listener waits here for it. */
class EventBuffer<E extends EventName> {
  readonly #listeners = new Set<(payload: DesktopEvents[E]) => void>();
  readonly #waiting: DesktopEvents[E][] = [];

  constructor(event: E) {
    // The page gets the payload, never Electron's event object, whose sender could reach any channel.
    ipcRenderer.on(EVENT_CHANNELS[event], (_event, payload: DesktopEvents[E]) => {
      if (this.#listeners.size === 0) this.#waiting.push(payload);
      else for (const listener of this.#listeners) listener(payload);
    });
  }

  on(listener: (payload: DesktopEvents[E]) => void): () => void {
    this.#listeners.add(listener);
    for (const payload of this.#waiting.splice(0)) listener(payload);
    return () => this.#listeners.delete(listener);
  }
}

const events: { readonly [E in EventName]: EventBuffer<E> } = {
  command: new EventBuffer('command'),
  openFile: new EventBuffer('openFile'),
  showFile: new EventBuffer('showFile'),
  documentMoved: new EventBuffer('documentMoved'),
  notice: new EventBuffer('notice'),
  closeRequested: new EventBuffer('closeRequested'),
  gpuProcessGone: new EventBuffer('gpuProcessGone'),
};

/** A function that makes this call and no other. */
function call(name: CallName) {
  return (request?: unknown) => ipcRenderer.invoke(CALL_CHANNELS[name], request);
}

const openDropped = call('openDropped');
const adoptCheckpoint = call('adoptCheckpoint');

async function sha256Of(file: File): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const api: DesktopApi = {
  platform: process.platform as DesktopApi['platform'],
  openDialog: call('openDialog'),
  openRecent: call('openRecent'),
  openDropped: async (file) => {
    const path = webUtils.getPathForFile(file);
    if (path === '') return null;
    const sha256 = await sha256Of(file).catch(() => null);
    if (sha256 === null) return { ok: false, error: { message: `${file.name} could not be read.` } };
    return await openDropped({ path, sha256 });
  },
  saveDialog: call('saveDialog'),
  save: call('save'),
  readChanged: call('readChanged'),
  claimFile: call('claimFile'),
  releaseFile: call('releaseFile'),
  newWindow: call('newWindow'),
  moveDocument: call('moveDocument'),
  recentFiles: call('recentFiles'),
  forgetRecent: call('forgetRecent'),
  clearRecentFiles: call('clearRecentFiles'),
  journalWrite: call('journalWrite'),
  journalAppend: call('journalAppend'),
  journalRead: call('journalRead'),
  journalClaim: call('journalClaim'),
  journalRelease: call('journalRelease'),
  journalDiscard: call('journalDiscard'),
  pickImages: call('pickImages'),
  readAsset: call('readAsset'),
  pickCheckpoint: call('pickCheckpoint'),
  openCheckpoint: call('openCheckpoint'),
  adoptCheckpoint: async (file, sha256) => {
    const path = webUtils.getPathForFile(file);
    return path === '' ? null : await adoptCheckpoint({ path, sha256 });
  },
  hashCheckpoint: call('hashCheckpoint'),
  readCheckpoint: call('readCheckpoint'),
  setDocumentState: call('setDocumentState'),
  setCommands: call('setCommands'),
  confirmUnsaved: call('confirmUnsaved'),
  answerClose: call('answerClose'),
  pickModelFolder: call('pickModelFolder'),
  readModelFile: call('readModelFile'),
  adoptModelWeights: call('adoptModelWeights'),
  exportPick: call('exportPick'),
  exportPickParts: call('exportPickParts'),
  exportWrite: call('exportWrite'),
  exportCancel: call('exportCancel'),
  pytorchOpen: call('pytorchOpen'),
  pytorchWeights: call('pytorchWeights'),
  pytorchRun: call('pytorchRun'),
  pytorchClose: call('pytorchClose'),
  describeShell: call('describeShell'),
  showLog: call('showLog'),
  on: (event, listener) => events[event].on(listener),
};

contextBridge.exposeInMainWorld('patchbayDesktop', api);
