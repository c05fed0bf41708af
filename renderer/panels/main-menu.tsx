/** The application's menu, under its name: every command, by group. The desktop has the same in its menu bar. */
import { Menu } from '@base-ui/react/menu';
import { useApp } from '../app-context.ts';
import type { CommandGroup } from '../commands/command.ts';
import { CommandSubmenu } from './command-submenu.tsx';

const GROUPS: readonly { readonly group: CommandGroup; readonly title: string }[] = [
  { group: 'file', title: 'File' },
  { group: 'edit', title: 'Edit' },
  { group: 'arrange', title: 'Arrange' },
  { group: 'view', title: 'View' },
  { group: 'compare', title: 'Compare' },
  { group: 'go', title: 'Go' },
  { group: 'run', title: 'Run' },
  { group: 'help', title: 'Help' },
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
              <CommandSubmenu
                key={group}
                title={title}
                commands={commands.list.filter((command) => command.group === group).map(({ id }) => id)}
              />
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
