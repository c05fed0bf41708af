/** The command line's entry: finds the command, runs it, and turns what is thrown into a line and an exit code. */
import { parseCall } from './arguments.ts';
import type { Command } from './command.ts';
import { UsageError } from './errors.ts';
import { describeFailure } from './failures.ts';
import { COMMANDS } from './registry.ts';
import { commandUsage, programUsage } from './usage.ts';

/** Exit codes: 0 done, 1 what it works on is wrong, 2 the call is wrong. */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    print(programUsage(COMMANDS));
    return 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (!command) {
    warn(name === undefined ? 'patchbay: a command is missing' : `patchbay: there is no command "${name}"`);
    warn(programUsage(COMMANDS));
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    print(commandUsage(command));
    return 0;
  }
  return runCommand(command, rest);
}

async function runCommand(command: Command, args: readonly string[]): Promise<number> {
  try {
    return await command.run(parseCall(command, args, { print, warn }));
  } catch (error) {
    if (error instanceof UsageError) {
      warn(`patchbay ${command.name}: ${error.message}`);
      warn(commandUsage(command));
      return 2;
    }
    warn(`patchbay ${command.name}: ${describeFailure(error)}`);
    return 1;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Dawn keeps threads that would keep the process; leaving by `exit` wants what was written to be out first. */
async function leave(code: number): Promise<never> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
  );
  process.exit(code);
}

// `patchbay ir … | head` closes the pipe early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
await leave(await main(process.argv.slice(2)));
