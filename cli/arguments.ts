/** Parses the arguments of a call against its command's record. */
import { parseArgs } from 'node:util';
import type { Call, Command } from './command.ts';
import { UsageError } from './errors.ts';

/** @throws {UsageError} where an argument is unknown, lacks its value, comes twice, or is missing. */
export function parseCall(command: Command, args: readonly string[], output: Pick<Call, 'print' | 'warn'>): Call {
  const { values, positionals } = parse(command, args);
  if (positionals.length < command.operands.length) {
    throw new UsageError(`${command.operands[positionals.length]} is missing`);
  }
  if (positionals.length > command.operands.length) {
    throw new UsageError(`"${positionals[command.operands.length]}" is one argument too many`);
  }
  for (const { name, value, repeat } of command.flags) {
    if (value !== undefined && !repeat && (values[name]?.length ?? 0) > 1)
      throw new UsageError(`--${name} is given twice`);
  }
  return {
    operands: positionals,
    values: ({ name }) => (values[name] ?? []).filter((value) => typeof value === 'string'),
    value: ({ name }) => values[name]?.find((value) => typeof value === 'string'),
    has: ({ name }) => values[name] !== undefined,
    ...output,
  };
}

function parse(command: Command, args: readonly string[]) {
  const options = Object.fromEntries(
    command.flags.map(({ name, value }) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: true as const },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's sentences are good; what follows their first one is advice about its own API.
    throw new UsageError((error as Error).message.split('. ')[0]!.replace(/\.$/, ''));
  }
}
