/** The two ways in which a call can be the caller's mistake; everything else that is thrown is a fault of ours. */

/** The call is right, what it works on is not: one line on stderr, with the place, and exit 1. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** The call itself is wrong: the line, then the usage, and exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
