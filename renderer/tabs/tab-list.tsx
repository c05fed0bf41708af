/** The list of all tabs, for when they do not fit in the strip. */
import { Menu } from '@base-ui/react/menu';
import { ChevronDown } from 'lucide-react';
import { useApp } from '../app-context.ts';
import { activateTab } from '../commands/documents.ts';
import type { ShownTab } from './use-shown-tabs.ts';

export function TabList({ tabs }: { readonly tabs: readonly ShownTab[] }) {
  const app = useApp();
  return (
    <Menu.Root>
      <Menu.Trigger className="icon-button" aria-label={`All ${tabs.length} open documents`} title="All open documents">
        <ChevronDown size={14} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="layer-menu">
          <Menu.Popup className="menu" aria-label="Open documents">
            <Menu.RadioGroup
              value={tabs.find(({ active }) => active)?.id}
              onValueChange={(id: string) => activateTab(app, id)}
            >
              {tabs.map(({ id, name, dirty }) => (
                <Menu.RadioItem key={id} value={id} className="menu-item" closeOnClick>
                  <Menu.RadioItemIndicator className="menu-check" keepMounted />
                  <span>{name}</span>
                  {dirty && <small>unsaved</small>}
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
