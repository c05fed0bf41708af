/** What the command line asks to open. */
import { extname, resolve } from 'node:path';
import { DOCUMENT_EXTENSION } from './files.ts';

/**
 * The documents named on a command line, as absolute paths. By their ending: between them stand the executable, in
 * development the application's folder, and Chromium's own switches.
 * @param cwd The folder that the command was given in: a second start may come from another one.
 */
export function documentsIn(argv: readonly string[], cwd: string): readonly string[] {
  return argv
    .slice(1)
    .filter((argument) => !argument.startsWith('-') && extname(argument).toLowerCase() === DOCUMENT_EXTENSION)
    .map((argument) => resolve(cwd, argument));
}
