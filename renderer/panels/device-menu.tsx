/** Which device computes, in the status bar; and the choice of another. */
import { Menu } from '@base-ui/react/menu';
import { ChevronUp } from 'lucide-react';
import type { DeviceInfo } from '../../gpu/runtime/types.ts';
import { useApp, useRun } from '../app-context.ts';
import type { DeviceChoice } from '../stores/remembered-device.ts';

const CHOICES = [
  { choice: 'automatic', title: 'Automatic', help: 'the fastest that there is' },
  { choice: 'gpu', title: 'WebGPU', help: 'the graphics processor, in float32' },
  { choice: 'cpu', title: 'CPU', help: 'ONNX Runtime, in float32' },
  { choice: 'reference', title: 'Reference', help: 'the CPU in float64: exact, and slow' },
] as const satisfies readonly { choice: DeviceChoice; title: string; help: string }[];

const KINDS: Readonly<Record<DeviceInfo['kind'], string>> = { gpu: 'WebGPU', cpu: 'CPU', reference: 'CPU' };

export function DeviceMenu() {
  const { run } = useApp();
  const device = useRun((state) => state.device);
  const notice = useRun((state) => state.deviceNotice);
  const choice = useRun((state) => state.deviceChoice);
  return (
    <Menu.Root>
      <Menu.Trigger
        className={notice ? 'status-button status-notice' : 'status-button'}
        title={notice ?? 'Which device computes'}
      >
        {device ? (
          <>
            {KINDS[device.kind]} · <b>{device.name}</b>
          </>
        ) : (
          'looking for a device'
        )}
        <ChevronUp size={11} aria-hidden="true" />
        {notice && <span className="visually-hidden">{notice}</span>}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner side="top" sideOffset={6} align="start" className="layer-menu">
          <Menu.Popup className="menu" aria-label="Device">
            <Menu.RadioGroup value={choice} onValueChange={(value: DeviceChoice) => run.getState().chooseDevice(value)}>
              {CHOICES.map(({ choice, title, help }) => (
                <Menu.RadioItem key={choice} value={choice} className="menu-item" closeOnClick>
                  <Menu.RadioItemIndicator className="menu-check" keepMounted />
                  <span>{title}</span>
                  <small>{help}</small>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
