/** One line for whatever a command throws. */
import { LimitError } from '../gpu/limits.ts';
import { DeviceLostError, MemoryError, NoAdapterError } from '../gpu/runtime/errors.ts';
import { FormatError } from '../graph/formats/format-error.ts';
import { ImportError } from '../import/import-error.ts';
import { TapError } from '../nodes/lower.ts';
import { PictureError } from '../nodes/pictures.ts';
import { UserError } from './errors.ts';
import { OnnxRuntimeError } from '../export/onnx/run/session.ts';

/** Errors that say what, where, and what to do, so that their message is the whole line. */
const TOLD = [
  UserError,
  FormatError,
  ImportError,
  TapError,
  PictureError,
  LimitError,
  MemoryError,
  NoAdapterError,
  DeviceLostError,
  OnnxRuntimeError,
] as const;

/** The message of an error that is the user's to mend; for a fault of ours, which nobody foresaw, where it happened too. */
export function describeFailure(error: unknown): string {
  if (TOLD.some((known) => error instanceof known)) return (error as Error).message;
  if (!(error instanceof Error)) return `internal error: ${String(error)}`;
  return `internal error: ${error.stack ?? error.message}`;
}
