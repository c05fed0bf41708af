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
