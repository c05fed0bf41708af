/** The texts of errors about files: what a file holds may stand in them, and must neither fill a screen nor pretend to be another line. */

const LONGEST = 380;
/** Of a name or value inside a message. */
const LONGEST_PART = 60;

/** One line without control characters, of at most 380 characters or so. */
export function messageLine(text: string): string {
  return shortened(text, LONGEST).replace(/\p{Cc}+/gu, ' ');
}

/** A name or value out of a file, as a part of a message. */
export function excerpt(text: string): string {
  return shortened(text, LONGEST_PART);
}

/** The end of a text is often what tells it apart. */
function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const half = (longest - 1) >> 1;
  return `${text.slice(0, half)}…${text.slice(-half)}`.toWellFormed();
}
