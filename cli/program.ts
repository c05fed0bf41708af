/** Finds the command, runs it, and turns what is thrown into a line and an exit code: 0 done, 1 what it works on is wrong, 2 the call is wrong. */
import { parseCall } from './arguments.ts';
import type { Command } from './command.ts';
import { UsageError } from './errors.ts';
import { COMMANDS } from './registry.ts';
import { commandUsage, programUsage } from './usage.ts';

/** Runs a call and ends the process. */
export async function runProgram(args: readonly string[]): Promise<never> {
  // `patchbay ir … | head` closes the pipe early; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const code = await callCommand(args);
  // Dawn's threads would keep the process; leaving by `exit` wants what was written to be out first.
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
}

async function callCommand([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') {
    print(await usage());
    return 0;
  }
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    warn(name === undefined ? 'patchbay: a command is missing' : `patchbay: there is no command "${name}"`);
    warn(await usage());
    return 2;
  }
  const command = await load();
  if (args.includes('--help') || args.includes('-h')) {
    print(commandUsage(command));
    return 0;
  }
  return runCommand(command, args);
}

async function usage(): Promise<string> {
  return programUsage(await Promise.all(Object.values(COMMANDS).map((load) => load())));
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
    const { describeFailure } = await import('./failures.ts');
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

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.write('', () => resolve());
  return promise;
}
