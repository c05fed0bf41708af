/** A command: one thing a person can do, with its keys, and why it cannot be done now. Menus, palette and keys read it. */
import type { App } from '../app-context.ts';

/** The menu that it stands in. */
export type CommandGroup = 'file' | 'edit' | 'arrange' | 'view' | 'compare' | 'go' | 'run' | 'help';

/** In the order of the menu, as it calls them. */
export const COMMAND_GROUPS: readonly { readonly group: CommandGroup; readonly title: string }[] = [
  { group: 'file', title: 'File' },
  { group: 'edit', title: 'Edit' },
  { group: 'arrange', title: 'Arrange' },
  { group: 'view', title: 'View' },
  { group: 'compare', title: 'Compare' },
  { group: 'go', title: 'Go' },
  { group: 'run', title: 'Run' },
  { group: 'help', title: 'Help' },
];

export interface Command {
  /** `edit.undo`; what the desktop shell's menu sends. */
  readonly id: string;
  /** As in a menu; says what happens. */
  readonly title: string;
  readonly group: CommandGroup;
  /** `Mod+Shift+Z`; Mod is Ctrl, or ⌘ on macOS. The first is the one that is shown. */
  readonly keys?: readonly string[];
  /**
   * Acts also where text is typed: save always does, delete never; undo does once the text is the document's, and is the
   * field's own while something is typed that is not yet.
   */
  readonly inText?: boolean | 'settled';
  /** The browser's own event carries out the key: only a paste event may read the clipboard. */
  readonly native?: boolean;
  /** True if it can be done now, or else the reason why not. */
  readonly when: (app: App) => true | string;
  readonly run: (app: App) => void | Promise<void>;
}

export interface CommandRunner {
  readonly list: readonly Command[];
  /** @throws {Error} if there is no such command. */
  get(id: string): Command;
  has(id: string): boolean;
  /** Runs it if it can be run; tells the reason otherwise. */
  run(id: string): void;
}
