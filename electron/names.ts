/** Names that come from a page, before the system's dialogs show them. */

/** Separators of folders, drives and streams, and what Windows forbids in a name. */
const NOT_IN_FILE_NAMES = /[/\\:*?"<>|]/g;
/** Control characters, and those that turn the direction of what follows: a text could pretend to be another. */
const NOT_SHOWN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;

/** As a suggestion for the name of a file: never a folder that the person has not gone to. */
export function asFileName(name: string): string {
  const plain = asShown(name)
    .replace(NOT_IN_FILE_NAMES, '-')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  return plain === '' ? 'Untitled' : plain;
}

/** In a sentence of a dialog. */
export function asShown(name: string): string {
  return name.replace(NOT_SHOWN, '\ufffd');
}
