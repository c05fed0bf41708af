/**
 * Regular expressions of strangers. An engine that backtracks, as JavaScript's, takes exponential time where a group is
 * repeated without bound whose inside can match one text in several ways: `(a+)+`, `(a|a)*`. Tokenizers have no need of it.
 */

interface Group {
  readonly begin: number;
  /** It holds a repetition without bound, or a choice. */
  ambiguous: boolean;
}

/** The group of a pattern that could take for ever on some texts; null if there is none. It errs on the side of safety. */
export function endlessPart(pattern: string): string | null {
  const open: Group[] = [{ begin: 0, ambiguous: false }];
  let last: Group | null = null;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    const closed: Group | null = last;
    last = null;
    switch (character) {
      case '\\':
        at++;
        break;
      case '[':
        at = endOfClass(pattern, at);
        break;
      case '(':
        open.push({ begin: at, ambiguous: false });
        break;
      case '|':
        open.at(-1)!.ambiguous = true;
        break;
      case ')': {
        const group = open.length > 1 ? open.pop()! : open[0]!;
        if (group.ambiguous) open.at(-1)!.ambiguous = true;
        last = group;
        break;
      }
      default:
        if (!isUnbounded(pattern, at)) break;
        if (closed?.ambiguous === true) return pattern.slice(closed.begin, at);
        open.at(-1)!.ambiguous = true;
    }
  }
  return null;
}

function isUnbounded(pattern: string, at: number): boolean {
  return pattern[at] === '*' || pattern[at] === '+' || /^\{\d*,\}/.test(pattern.slice(at, at + 20));
}

function endOfClass(pattern: string, begin: number): number {
  for (let at = begin + 1; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    // A bracket first in a class is itself, in the syntax that these files use.
    else if (pattern[at] === ']' && at > begin + 1 + Number(pattern[begin + 1] === '^')) return at;
  }
  return pattern.length;
}
