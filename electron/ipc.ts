/**
 * The only door from the renderer into the main process: every call goes through `handle`, which checks who sends
 * it and what it says before anything acts on it, and turns errors into values.
 */
import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { answer } from './answer.ts';
import type { CallName, DesktopCalls } from './api.ts';
import { CALL_CHANNELS } from './channels.ts';
import { REQUESTS, type Request } from './schemas.ts';

type ResultOf<C extends CallName> = Awaited<ReturnType<DesktopCalls[C]>>;
type Reply<C extends CallName> = Extract<ResultOf<C>, { ok: true }>['value'];

/** What answers each call, given a request that has been checked. Throws for a failure. */
export type Handlers = { readonly [C in CallName]: (request: Request<C>) => Reply<C> | Promise<Reply<C>> };

/** The answers to the calls of one window's page; null for a page of no window. */
export type HandlersFor = (sender: WebContents) => Handlers | null;

/**
 * Registers every call of the contract. Each is answered by the window whose page sends it.
 * @param onWork Gets each call that was begun, so that the app does not end in the midst of it.
 */
export function registerHandlers(handlersFor: HandlersFor, onWork: (work: Promise<unknown>) => void): void {
  for (const name of Object.keys(CALL_CHANNELS) as CallName[]) {
    handle(name, (sender) => handlersFor(sender)?.[name] ?? null, onWork);
  }
}

/** The one use of `ipcMain`: a lint rule bans it elsewhere. */
function handle<C extends CallName>(
  name: C,
  handlerFor: (sender: WebContents) => Handlers[C] | null,
  onWork: (work: Promise<unknown>) => void,
): void {
  ipcMain.handle(CALL_CHANNELS[name], (event: IpcMainInvokeEvent, payload: unknown) => {
    const handler = handlerFor(event.sender);
    // A page of no window is nobody's: what comes from it is refused as what comes from a stranger.
    const work = handler
      ? answer<Request<C>, Reply<C>>(name, event.senderFrame, payload, REQUESTS[name], handler)
      : answer(name, null, payload, REQUESTS[name], () => null);
    onWork(work);
    return work;
  });
}
