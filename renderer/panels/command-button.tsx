/** Controls that run a command of the list: title, key and the reason why it cannot be run come from there. */
import { Menu } from '@base-ui/react/menu';
import { useId, type ReactNode } from 'react';
import { useApp, useChords } from '../app-context.ts';
import type { Command } from '../commands/command.ts';
import { ariaChord, showChord } from '../commands/keys.ts';
import { Tooltip } from './tooltip.tsx';
import { useCommandState } from './use-command-state.ts';

interface CommandButtonProps {
  readonly id: string;
  readonly children: ReactNode;
  /** Of an icon, if nothing is said. */
  readonly className?: string;
  /** What it shows says its name; absent for icons and abbreviations. */
  readonly named?: boolean;
}

/** A button that runs a command. */
export function CommandButton({
  id: commandId,
  children,
  className = 'icon-button',
  named = false,
}: CommandButtonProps) {
  const { commands, platform } = useApp();
  const command = commands.get(commandId);
  const possible = useCommandState(command);
  const [chord] = useChords(commandId);
  const id = useId();
  return (
    <Tooltip text={possible === true ? command.title : possible} keys={chord && showChord(chord, platform.mac)}>
      <button
        type="button"
        className={className}
        aria-label={named ? undefined : command.title}
        aria-keyshortcuts={chord && ariaChord(chord, platform.mac)}
        // Not `disabled`: the tooltip with the reason must stay reachable.
        aria-disabled={possible !== true}
        aria-describedby={possible === true ? undefined : id}
        onClick={() => commands.run(commandId)}
      >
        {children}
        {possible !== true && (
          <span id={id} hidden>
            {possible}
          </span>
        )}
      </button>
    </Tooltip>
  );
}

/** A menu item that runs a command, for menus and context menus alike. */
export function CommandMenuItem({ id }: { readonly id: string }) {
  const { commands } = useApp();
  return <CommandItem command={commands.get(id)} />;
}

function CommandItem({ command }: { readonly command: Command }) {
  const { commands, platform } = useApp();
  const possible = useCommandState(command);
  const [chord] = useChords(command.id);
  return (
    <Menu.Item
      className="menu-item"
      disabled={possible !== true}
      title={possible === true ? undefined : possible}
      aria-keyshortcuts={chord && ariaChord(chord, platform.mac)}
      onClick={() => commands.run(command.id)}
    >
      <span>{command.title}</span>
      {possible === true ? chord && <kbd>{showChord(chord, platform.mac)}</kbd> : <small>{possible}</small>}
    </Menu.Item>
  );
}
