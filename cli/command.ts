/** What a command of the command line is: one record in one file; usage and parsing read it. */

export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  /** What stands for the value in the usage; absent: a switch. */
  readonly value?: string;
  /** May be given several times. */
  readonly repeat?: boolean;
  readonly help: string;
}

/** A call after parsing: every flag is one that the command has, every value is there. */
export interface Call {
  readonly operands: readonly string[];
  /** The values of a flag, in order; none if it was not given. */
  values(flag: Flag): readonly string[];
  /** The value of a flag that is given at most once. */
  value(flag: Flag): string | undefined;
  has(flag: Flag): boolean;
  /** Writes a line to stdout. */
  print(line: string): void;
  /** Writes a line to stderr. */
  warn(line: string): void;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Names of the operands as the usage shows them; all are required. */
  readonly operands: readonly string[];
  readonly flags: readonly Flag[];
  /**
   * Does it.
   * @returns the exit code.
   * @throws {UserError} or an error of graph, nodes or gpu that is the user's to mend; {UsageError} for a wrong call.
   */
  readonly run: (call: Call) => Promise<number>;
}
