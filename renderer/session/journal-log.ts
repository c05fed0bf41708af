/**
 * What an entry of the journal holds: lines of JSON. The first is a document, each that follows what makes it the next
 * one. So an edit costs what it changed, in a document of any size. A line that a crash cut off has no line break.
 */
import { applyDelta, deltaBetween, DeltaError, type Delta } from '../../graph/delta.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';

/**
 * The first line. Pictures may be tens of megabytes: each is written in a task of its own, so that the page goes on.
 * `JSON.stringify`, as the text of a file takes thirteen times as long.
 */
export async function formatStart(document: PatchbayDocument): Promise<Uint8Array<ArrayBuffer>> {
  const { assets, ...rest } = document;
  const encoder = new TextEncoder();
  // The list of assets comes last and is left open.
  const pieces = [encoder.encode(JSON.stringify({ ...rest, assets: [] }).slice(0, -']}'.length))];
  for (const [index, asset] of assets.entries()) {
    const text = (index === 0 ? '' : ',') + JSON.stringify(asset);
    pieces.push(encoder.encode(text));
    if (text.length > LARGE) await nextTask();
  }
  pieces.push(encoder.encode(']}\n'));
  return joined(pieces);
}

/** A line that follows; null if the documents are the same. */
export function formatStep(before: PatchbayDocument, after: PatchbayDocument): Uint8Array<ArrayBuffer> | null {
  const delta = deltaBetween(before, after);
  return delta && new TextEncoder().encode(`${JSON.stringify(delta)}\n`);
}

/**
 * The text of the last document, to be read as a file is: by its version, which may be an older one. A line that is
 * not whole ends it: the document before it is what was kept.
 */
export function replay(bytes: Uint8Array): string {
  const [start = '', ...steps] = new TextDecoder().decode(bytes).split('\n').slice(0, -1);
  let document = parsed(start);
  // Not JSON: whoever reads it as a document says what is wrong with it, and where.
  if (document === undefined) return start;
  for (const step of steps) {
    const next = stepped(document, parsed(step));
    if (next === undefined) break;
    document = next;
  }
  return JSON.stringify(document);
}

function stepped(document: unknown, delta: unknown): unknown {
  if (typeof delta !== 'object' || delta === null) return undefined;
  try {
    return applyDelta(document, delta as Delta);
  } catch (error) {
    if (error instanceof DeltaError) return undefined;
    throw error;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** In characters; what takes a millisecond or so. */
const LARGE = 1 << 18;

/** Lets the page do what waits. Not `setTimeout`, which a page in the background gets once a second. */
async function nextTask(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const { promise, resolve } = Promise.withResolvers<void>();
  port1.addEventListener('message', () => resolve(), { once: true });
  port1.start();
  port2.postMessage(null);
  await promise;
  port1.close();
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
