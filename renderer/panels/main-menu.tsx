/** The application's menu, under its name: every command, by group. The desktop has the same in its menu bar. */
import { Menu } from '@base-ui/react/menu';
import { useApp } from '../app-context.ts';
import { COMMAND_GROUPS } from '../commands/command.ts';
import { CommandSubmenu } from './command-submenu.tsx';

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
            {COMMAND_GROUPS.map(({ group, title }) => (
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
