/** What can be done with a tab, at the pointer or below the tab that has the focus. */
import { Menu } from '@base-ui/react/menu';
import { useState } from 'react';
import { useApp } from '../app-context.ts';
import { Item } from '../canvas/menu-item.tsx';
import { closeTabs } from '../commands/close-documents.ts';
import { moveToWindow } from '../commands/windows.ts';
import { CommandMenuItem } from '../panels/command-button.tsx';
import { useReporting } from '../panels/use-reporting.ts';
import type { TabId } from '../stores/tabs.ts';
import type { ShownTab } from './use-shown-tabs.ts';

export interface TabMenuAt {
  readonly id: TabId;
  /** In CSS pixels of the window. */
  readonly x: number;
  readonly y: number;
}

interface TabMenuProps {
  readonly at: TabMenuAt | null;
  readonly tabs: readonly ShownTab[];
  readonly onClose: () => void;
}

export function TabMenu({ at, tabs, onClose }: TabMenuProps) {
  // While the menu closes, it still shows what it was of.
  const [shown, setShown] = useState(at);
  if (at !== null && at !== shown) setShown(at);
  if (!shown) return null;
  const anchor = { getBoundingClientRect: () => new DOMRect(shown.x, shown.y, 0, 0) };
  return (
    <Menu.Root open={at !== null} onOpenChange={(open) => !open && onClose()} modal={false}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} side="bottom" align="start" className="layer-menu">
          <Menu.Popup className="menu" aria-label="Actions">
            <Items id={shown.id} tabs={tabs} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Items({ id, tabs }: { readonly id: TabId; readonly tabs: readonly ShownTab[] }) {
  const app = useApp();
  const act = useReporting();
  const index = tabs.findIndex((tab) => tab.id === id);
  const idsOf = (chosen: readonly ShownTab[]) => chosen.map((tab) => tab.id);
  const right = tabs.slice(index + 1);
  const move = (by: 1 | -1) => app.tabs.getState().move(id, index + by);
  return (
    <>
      <Item keys="Delete" onClick={() => act(closeTabs(app, [id]))}>
        Close
      </Item>
      <Item onClick={() => act(closeTabs(app, idsOf(tabs.filter((tab) => tab.id !== id))))}>Close the others</Item>
      <Item
        reason={right.length === 0 ? 'It is the last' : undefined}
        onClick={() => act(closeTabs(app, idsOf(right)))}
      >
        Close those to the right
      </Item>
      <CommandMenuItem id="file.reopen-tab" />
      <Menu.Separator className="menu-separator" />
      <Item reason={index === 0 ? 'It is the first' : undefined} onClick={() => move(-1)}>
        Move left
      </Item>
      <Item reason={right.length === 0 ? 'It is the last' : undefined} onClick={() => move(1)}>
        Move right
      </Item>
      {app.platform.moveDocument && <Item onClick={() => act(moveToWindow(app, id))}>Move to a new window</Item>}
    </>
  );
}
