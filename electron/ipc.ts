/**
 * The only door from the renderer into the main process: every call goes through `handle`, which checks who sends
 * it and what it says before anything acts on it, and turns errors into values.
 */
import { ipcMain, type IpcMainInvokeEvent, type WebFrameMain } from 'electron';
import type { z } from 'zod';
import type { CallName, DesktopCalls, Result } from './api.ts';
import { isAppUrl } from './app-protocol.ts';
import { CALL_CHANNELS } from './channels.ts';
import { describeError } from './errors.ts';
import { REQUESTS, type Request } from './schemas.ts';

type ResultOf<C extends CallName> = Awaited<ReturnType<DesktopCalls[C]>>;
type Reply<C extends CallName> = Extract<ResultOf<C>, { ok: true }>['value'];

/** What answers each call, given a request that has been checked. Throws for a failure. */
export type Handlers = { readonly [C in CallName]: (request: Request<C>) => Reply<C> | Promise<Reply<C>> };

/**
 * Registers every call of the contract.
 * @param onWork Gets each call that was begun, so that the app does not end in the midst of it.
 */
export function registerHandlers(handlers: Handlers, onWork: (work: Promise<unknown>) => void): void {
  for (const name of Object.keys(CALL_CHANNELS) as CallName[]) handle(name, handlers[name], onWork);
}

/** The one use of `ipcMain`: a lint rule bans it elsewhere. */
function handle<C extends CallName>(name: C, handler: Handlers[C], onWork: (work: Promise<unknown>) => void): void {
  ipcMain.handle(CALL_CHANNELS[name], (event: IpcMainInvokeEvent, payload: unknown) => {
    const work = answer<Request<C>, Reply<C>>(name, event.senderFrame, payload, REQUESTS[name], handler);
    onWork(work);
    return work;
  });
}

/** The frame that sends, as far as trust in it goes. */
export type Sender = Pick<WebFrameMain, 'url' | 'parent'>;

/** Answers one call. Apart from `handle`, so that a test can be the sender. */
export async function answer<Q, R>(
  name: string,
  sender: Sender | null,
  payload: unknown,
  schema: z.ZodType<Q>,
  handler: (request: Q) => R | Promise<R>,
): Promise<Result<R>> {
  // A frame that has gone has no URL to check; a frame inside the page is nobody we put there.
  if (!sender || sender.parent || !isAppUrl(sender.url))
    return failure(`${name} was refused: the sender is not Patchbay.`);
  const request = schema.safeParse(payload);
  if (!request.success) return failure(`${name} was refused: ${describeIssues(request.error)}.`);
  try {
    return { ok: true, value: await handler(request.data) };
  } catch (error) {
    return failure(describeError(error));
  }
}

function describeIssues(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
}

function failure(message: string): { ok: false; error: { message: string } } {
  return { ok: false, error: { message } };
}
