/** Errors whose message is for the person at the window, and how any error is told to them. */

/** Says in whole sentences what could not be done and why. */
export class DesktopError extends Error {
  override readonly name = 'DesktopError';
}

/** A message for the person, from anything that was thrown. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why a file could not be read, by its name. The codes are Node's. */
export function describeFileError(name: string, error: unknown): DesktopError {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const reason =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? 'it is not there'
      : code === 'EACCES' || code === 'EPERM'
        ? 'you have no permission to read it'
        : describeError(error);
  return new DesktopError(`${name} could not be opened: ${reason}.`, { cause: error });
}

/** Why a file could not be written, in words where they are better than the system's. The codes are Node's. */
export function describeWriteError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return WRITE_REASONS.get(code) ?? describeError(error);
}

const WRITE_REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'the disk is full (ENOSPC)'],
  ['EDQUOT', 'your quota on this disk is used up (EDQUOT)'],
  ['EACCES', 'you have no permission to write there (EACCES)'],
  ['EPERM', 'you have no permission to write there (EPERM)'],
  ['EROFS', 'the disk is read-only (EROFS)'],
  ['ENOENT', 'the folder is not there (ENOENT)'],
  ['ENOTDIR', 'the folder is not there (ENOTDIR)'],
  ['EIO', 'the disk reports a fault (EIO)'],
  ['EMFILE', 'too many files are open; try again (EMFILE)'],
  ['ENFILE', 'too many files are open; try again (ENFILE)'],
]);
