/** Runs commands by id and by key, and says why one cannot be run. */
import type { App } from '../app-context.ts';
import type { Command, CommandRunner } from './command.ts';
import { chordOf, type Chord, type KeyPress } from './keys.ts';

/**
 * @param app Called when a command runs: the application holds the runner, and the runner acts on the application.
 * @throws {Error} if two commands have the same id or the same key.
 */
export function createCommandRunner(list: readonly Command[], app: () => App): CommandRunner {
  const byId = new Map(list.map((command) => [command.id, command]));
  if (byId.size !== list.length) throw new Error('two commands have the same id');
  commandsByChord(list);
  const get = (id: string): Command => {
    const command = byId.get(id);
    if (!command) throw new Error(`there is no command ${id}`);
    return command;
  };
  return {
    list,
    get,
    has: (id) => byId.has(id),
    run: (id) => runCommand(get(id), app()),
  };
}

/** @throws {Error} if two commands have the same key. */
export function commandsByChord(list: readonly Command[]): ReadonlyMap<Chord, Command> {
  const byChord = new Map<Chord, Command>();
  for (const command of list) {
    for (const chord of command.keys ?? []) {
      const other = byChord.get(chord);
      if (other) throw new Error(`${chord} is the key of ${other.id} and of ${command.id}`);
      byChord.set(chord, command);
    }
  }
  return byChord;
}

/**
 * Handles a key press of the window.
 * @returns true if a command took it: the event's default is then to be prevented.
 */
export function handleKey(byChord: ReadonlyMap<Chord, Command>, press: KeyPress, where: KeyContext, app: App): boolean {
  const chord = chordOf(press, where.mac);
  const command = chord === null ? undefined : byChord.get(chord);
  if (!command || command.native || where.modal()) return false;
  if (where.typing && !actsInText(command, where.typing)) return false;
  // A control that has the focus keeps the keys that operate it.
  if (where.control && (chord === 'Enter' || chord === ' ')) return false;
  runCommand(command, app);
  return true;
}

function actsInText({ inText = false }: Command, typing: 'changed' | 'settled'): boolean {
  return inText === true || (inText === 'settled' && typing === 'settled');
}

export interface KeyContext {
  readonly mac: boolean;
  /** The focus is where text is typed: text that is being changed, or text as the document has it. */
  readonly typing: false | 'changed' | 'settled';
  /** The focus is on a button, a link, an item of a menu. */
  readonly control: boolean;
  /** A dialog or menu is open, which has the keys to itself. */
  readonly modal: () => boolean;
}

function runCommand(command: Command, app: App): void {
  const possible = command.when(app);
  if (possible !== true) {
    app.notices.getState().tell(possible);
    return;
  }
  const run = async (): Promise<void> => command.run(app);
  run().catch((error: unknown) => {
    app.notices.getState().tell(`${command.title}: ${error instanceof Error ? error.message : String(error)}`, 'error');
  });
}
