/** An item of the canvas's menus that is no command of the list: where it cannot be chosen, it says why. */
import { Menu } from '@base-ui/react/menu';
import type { ReactNode } from 'react';

interface ItemProps {
  readonly children: ReactNode;
  readonly onClick: () => void;
  readonly keys?: string;
  /** Why it cannot be chosen; absent if it can. */
  readonly reason?: string | undefined;
}

export function Item({ children, onClick, keys, reason }: ItemProps) {
  return (
    <Menu.Item className="menu-item" disabled={reason !== undefined} onClick={onClick}>
      <span>{children}</span>
      {reason === undefined ? keys && <kbd>{keys}</kbd> : <small>{reason}</small>}
    </Menu.Item>
  );
}
