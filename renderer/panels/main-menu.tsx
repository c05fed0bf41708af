/** The application's menu, under its name: every command, by group. The desktop has the same in its menu bar. */
import { Menu } from '@base-ui/react/menu';
import { ChevronRight } from 'lucide-react';
import { useApp } from '../app-context.ts';
import type { CommandGroup } from '../commands/command.ts';
import { CommandMenuItem } from './command-button.tsx';

const GROUPS: readonly { readonly group: CommandGroup; readonly title: string }[] = [
  { group: 'file', title: 'File' },
  { group: 'edit', title: 'Edit' },
  { group: 'view', title: 'View' },
  { group: 'go', title: 'Go' },
  { group: 'run', title: 'Run' },
];

export function MainMenu() {
  const { commands } = useApp();
  return (
    <Menu.Root>
      <Menu.Trigger className="logo">
        <i aria-hidden="true" />
        Patchbay
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="start" className="layer-menu">
          <Menu.Popup className="menu">
            {GROUPS.map(({ group, title }) => (
              <Menu.SubmenuRoot key={group}>
                <Menu.SubmenuTrigger className="menu-item">
                  <span>{title}</span>
                  <ChevronRight size={13} aria-hidden="true" />
                </Menu.SubmenuTrigger>
                <Menu.Portal>
                  <Menu.Positioner sideOffset={2} className="layer-menu">
                    <Menu.Popup className="menu">
                      {commands.list
                        .filter((command) => command.group === group)
                        .map(({ id }) => (
                          <CommandMenuItem key={id} id={id} />
                        ))}
                    </Menu.Popup>
                  </Menu.Positioner>
                </Menu.Portal>
              </Menu.SubmenuRoot>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
