/** An item that opens a menu of commands beside it. */
import { Menu } from '@base-ui/react/menu';
import { ChevronRight } from 'lucide-react';
import { CommandMenuItem } from './command-button.tsx';

interface CommandSubmenuProps {
  readonly title: string;
  /** Ids of commands, in order. */
  readonly commands: readonly string[];
}

export function CommandSubmenu({ title, commands }: CommandSubmenuProps) {
  return (
    <Menu.SubmenuRoot>
      <Menu.SubmenuTrigger className="menu-item">
        <span>{title}</span>
        <ChevronRight size={13} aria-hidden="true" />
      </Menu.SubmenuTrigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={2} className="layer-menu">
          <Menu.Popup className="menu">
            {commands.map((id) => (
              <CommandMenuItem key={id} id={id} />
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.SubmenuRoot>
  );
}
