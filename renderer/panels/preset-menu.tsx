/** Which preset is active: edits of hyperparameters and sizes write to it. */
import { Menu } from '@base-ui/react/menu';
import { ChevronDown } from 'lucide-react';
import { addPreset, setPreset } from '../../graph/edits.ts';
import { useApp, useDocument } from '../app-context.ts';
import { askPresetName } from '../commands/presets.ts';
import { useReadOnlyReason } from './read-only.tsx';

/** No preset has this name: names are not empty. */
const DEFAULTS = '';

export function PresetMenu() {
  const app = useApp();
  const presets = useDocument((state) => state.document.presets);
  const active = useDocument((state) => state.document.preset ?? DEFAULTS);
  const readOnly = useReadOnlyReason();
  const choose = (name: string) => {
    const { document, dispatch } = app.document.getState();
    dispatch(setPreset(document, name === DEFAULTS ? undefined : name));
  };
  const add = async () => {
    const name = await askPresetName(app);
    if (name === null) return;
    const { document, dispatch } = app.document.getState();
    dispatch(addPreset(document, name));
  };
  return (
    <Menu.Root>
      <Menu.Trigger
        className="pill preset"
        disabled={readOnly !== undefined}
        title={readOnly ?? 'Edits of values write to the active preset'}
      >
        preset <b>{active === DEFAULTS ? 'defaults' : active}</b>
        <ChevronDown size={12} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end" className="layer-menu">
          <Menu.Popup className="menu" aria-label="Preset">
            <Menu.RadioGroup value={active} onValueChange={choose}>
              {[DEFAULTS, ...presets.map((preset) => preset.name)].map((name) => (
                <Menu.RadioItem key={name} value={name} className="menu-item" closeOnClick>
                  <Menu.RadioItemIndicator className="menu-check" keepMounted />
                  <span>{name === DEFAULTS ? 'defaults of the module' : name}</span>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            <Menu.Separator className="menu-separator" />
            <Menu.Item className="menu-item" onClick={() => void add()}>
              <span>New preset with these values…</span>
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
