/** Every command, in the order of the usage. */
import type { Command } from './command.ts';
import { check } from './commands/check.ts';
import { shapes } from './commands/shapes.ts';

export const COMMANDS: readonly Command[] = [check, shapes];
