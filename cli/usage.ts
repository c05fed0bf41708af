/** The usage, made from the commands' records. */
import type { Command, Flag } from './command.ts';

const WIDTH = 100;

/** Every command with its summary. */
export function programUsage(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'usage: patchbay COMMAND …',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'GRAPH is a .patchbay file or template:NAME. `patchbay COMMAND --help` tells the flags of a command.',
  ].join('\n');
}

/** One command: how it is called, what it does, its flags. */
export function commandUsage(command: Command): string {
  const words = [
    ...command.operands,
    ...command.flags.map((flag) => (flag.repeat ? `[${spell(flag)}]…` : `[${spell(flag)}]`)),
  ];
  const width = Math.max(0, ...command.flags.map((flag) => spell(flag).length));
  const flags = command.flags.map((flag) => `  ${spell(flag).padEnd(width)}  ${flag.help}`);
  return [
    ...wrap(`usage: patchbay ${command.name}`, words),
    '',
    `${command.summary}.`,
    ...(flags.length > 0 ? ['', ...flags] : []),
  ].join('\n');
}

function spell({ name, value }: Flag): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

/** Breaks lines between words only, and indents below the first. */
function wrap(start: string, words: readonly string[]): string[] {
  const lines = [start];
  for (const word of words) {
    if (lines.at(-1)!.length + 1 + word.length > WIDTH) lines.push(' '.repeat(start.length));
    lines[lines.length - 1] += ` ${word}`;
  }
  return lines;
}
