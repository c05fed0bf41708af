/** Dark, light, or as the system has it. */
import { Menu } from '@base-ui/react/menu';
import { Monitor, Moon, Sun } from 'lucide-react';
import { useApp, useView } from '../app-context.ts';
import type { Theme } from '../stores/view.ts';

const THEMES = [
  { theme: 'system', title: 'As the system', Icon: Monitor },
  { theme: 'dark', title: 'Dark', Icon: Moon },
  { theme: 'light', title: 'Light', Icon: Sun },
] as const;

export function ThemeMenu() {
  const { view } = useApp();
  const theme = useView((state) => state.theme);
  const { Icon } = THEMES.find((entry) => entry.theme === theme)!;
  return (
    <Menu.Root>
      <Menu.Trigger className="icon-button" aria-label="Theme" title="Theme">
        <Icon size={15} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end" className="layer-menu">
          <Menu.Popup className="menu">
            <Menu.RadioGroup value={theme} onValueChange={(value: Theme) => view.getState().setTheme(value)}>
              {THEMES.map(({ theme, title }) => (
                <Menu.RadioItem key={theme} value={theme} className="menu-item" closeOnClick>
                  <Menu.RadioItemIndicator className="menu-check" keepMounted />
                  <span>{title}</span>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
