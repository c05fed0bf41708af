/** How one call of the renderer is answered: who sends it, what it says, what the handler makes of it. */
import type { z } from 'zod';
import type { Result } from './api.ts';
import { describeError } from './errors.ts';
import { isTrustedSender, type Sender } from './trust.ts';

/** Never rejects: a refusal, a request that is not in order and a failure of the handler are values. */
export async function answer<Q, R>(
  name: string,
  sender: Sender | null,
  payload: unknown,
  schema: z.ZodType<Q>,
  handler: (request: Q) => R | Promise<R>,
): Promise<Result<R>> {
  if (!isTrustedSender(sender)) return failure(`${name} was refused: the sender is not Patchbay.`);
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

/** Longer than any sentence of ours; what a request holds may stand in its message. */
const LONGEST_MESSAGE = 1000;

function failure(message: string): { ok: false; error: { message: string } } {
  const short = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  return { ok: false, error: { message: short } };
}
