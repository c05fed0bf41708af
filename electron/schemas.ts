/** What a request must look like before the main process acts on it. Total over the calls of electron/api.ts. */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { CHECKPOINT_SLICE_BYTES, type CallName, type DesktopCalls } from './api.ts';

/** Compiles no code: what checks payloads of strangers has no need of `eval`. */
z.config({ jitless: true });

/** The request of a call; undefined for a call without one. */
export type Request<C extends CallName> = Parameters<DesktopCalls[C]> extends [infer R] ? R : undefined;

/** The largest document, journal entry or picture that crosses the bridge. */
export const MAX_BYTES = 512 * 1024 * 1024;
/** No checkpoint of more files is written, or read. */
export const MOST_PARTS = 1000;
/** The largest document that is parsed here. */
const MAX_PARSED_BYTES = 64 * 1024 * 1024;

/** Memory of its own: what a page shared, it could change between the check and the use. */
const bytes = z
  .instanceof(Uint8Array)
  .refine(({ buffer }) => buffer instanceof ArrayBuffer, 'shared memory is not taken')
  .refine(({ byteLength }) => byteLength <= MAX_BYTES, 'at most 512 MiB');
/** A document that this process parses itself, while nothing else happens in it. */
const parsedHere = bytes.refine(({ byteLength }) => byteLength <= MAX_PARSED_BYTES, 'at most 64 MiB');
const id = z.string().min(1).max(128);
/** Also a file name in the journal's folder: nothing that climbs out of it. */
const journalId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);
const name = z.string().min(1).max(255);
const path = z
  .string()
  .min(1)
  .max(4096)
  .refine((value) => !value.includes('\0'), 'no NUL');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const offset = z.number().int().nonnegative();
/** Of a question to the page. */
const question = z.number().int().positive();

export const REQUESTS: { readonly [C in CallName]: z.ZodType<Request<C>> } = {
  openDialog: z.strictObject({ several: z.boolean() }),
  openRecent: z.strictObject({ id }),
  openDropped: z.strictObject({ path: path.refine((value) => isAbsolute(value), 'not a whole path'), sha256 }),
  saveDialog: z.strictObject({ suggestedName: name, bytes }),
  save: z.strictObject({ handle: id, bytes }),
  readChanged: z.strictObject({ handle: id, take: z.boolean() }),
  claimFile: z.strictObject({ handle: id, reveal: z.boolean() }),
  releaseFile: z.strictObject({ handle: id }),
  newWindow: z.undefined(),
  moveDocument: z.strictObject({
    window: id,
    name,
    handle: id.nullable(),
    bytes,
    unsaved: z.boolean(),
    journalId,
  }),
  recentFiles: z.undefined(),
  forgetRecent: z.strictObject({ id }),
  clearRecentFiles: z.undefined(),
  journalWrite: z.strictObject({ id: journalId, name, handle: id.nullable(), bytes }),
  journalAppend: z.strictObject({ id: journalId, bytes }),
  journalRead: z.undefined(),
  journalClaim: z.strictObject({ id: journalId }),
  journalRelease: z.strictObject({ id: journalId }),
  journalDiscard: z.strictObject({ id: journalId }),
  pickImages: z.strictObject({ document: id.nullable() }),
  readAsset: z.strictObject({ document: id.nullable(), path, sha256 }),
  pickCheckpoint: z.strictObject({ document: id.nullable() }),
  openCheckpoint: z.strictObject({ document: id.nullable(), path, sha256 }),
  adoptCheckpoint: z.strictObject({ path: path.refine((value) => isAbsolute(value), 'not a whole path'), sha256 }),
  hashCheckpoint: z.strictObject({ hashing: id }),
  readCheckpoint: z
    .strictObject({ handle: id, begin: offset, end: offset })
    .refine(({ begin, end }) => begin <= end && end - begin <= CHECKPOINT_SLICE_BYTES, 'at most 16 MiB at once'),
  pickModelFolder: z.undefined(),
  readModelFile: z
    .strictObject({ folder: id, path, begin: offset, end: offset })
    .refine(({ begin, end }) => begin <= end && end - begin <= CHECKPOINT_SLICE_BYTES, 'at most 16 MiB at once'),
  adoptModelWeights: z.strictObject({ folder: id, path }),
  setDocumentState: z.strictObject({ title: z.string().max(1024), dirty: z.boolean() }),
  setCommands: z.strictObject({
    commands: z
      .array(
        z.strictObject({
          id: z.string().min(1).max(100),
          title: z.string().min(1).max(200),
          keys: z.string().max(50).nullable(),
          enabled: z.boolean(),
        }),
      )
      .max(500),
  }),
  confirmUnsaved: z.strictObject({ name }),
  answerClose: z.strictObject({ question, close: z.boolean() }),
  exportPick: z.strictObject({ suggestedName: name }),
  exportPickParts: z.strictObject({ suggestedName: name, count: z.number().int().min(2).max(MOST_PARTS) }),
  exportCancel: z.strictObject({ writing: id }),
  exportWrite: z.strictObject({ writing: id, bytes, last: z.boolean() }),
  pytorchOpen: z.strictObject({ name, document: parsedHere }),
  pytorchWeights: z.strictObject({ run: id, bytes }),
  pytorchRun: z.strictObject({ run: id, inputs: bytes }),
  pytorchClose: z.strictObject({ run: id }),
  describeShell: z.undefined(),
  showLog: z.undefined(),
};
