/** Which device computes, in the status bar; the choice of another, and of how it keeps floats. */
import { Menu } from '@base-ui/react/menu';
import { ChevronUp } from 'lucide-react';
import { useId } from 'react';
import type { FloatStorage } from '../../gpu/ir/storage.ts';
import type { DeviceInfo } from '../../gpu/runtime/types.ts';
import { useApp, useRun } from '../app-context.ts';
import type { DeviceChoice } from '../stores/remembered-device.ts';

const CHOICES = [
  { choice: 'automatic', title: 'Automatic', help: 'the fastest that there is' },
  { choice: 'gpu', title: 'WebGPU', help: 'the graphics processor, in float32' },
  { choice: 'cpu', title: 'CPU', help: 'ONNX Runtime, in float32' },
  { choice: 'reference', title: 'Reference', help: 'the CPU in float64: exact, and slow' },
] as const satisfies readonly { choice: DeviceChoice; title: string; help: string }[];

const STORAGES = [
  { storage: 'f32', title: 'float32', help: 'as everything is computed' },
  { storage: 'f16', title: 'float16', help: 'half the memory; numbers differ by some 0.1 %' },
] as const satisfies readonly { storage: FloatStorage; title: string; help: string }[];

const KINDS: Readonly<Record<DeviceInfo['kind'], string>> = { gpu: 'WebGPU', cpu: 'CPU', reference: 'CPU' };

export function DeviceMenu() {
  const { run } = useApp();
  const device = useRun((state) => state.device);
  const notice = useRun((state) => state.deviceNotice);
  const choice = useRun((state) => state.deviceChoice);
  const storage = useRun((state) => state.storage);
  const [heading, help] = [useId(), useId()];
  return (
    <Menu.Root>
      <Menu.Trigger
        className={notice ? 'status-button status-notice' : 'status-button'}
        title={notice ?? 'Which device computes'}
      >
        {device ? (
          <>
            {KINDS[device.kind]} · <b>{device.name}</b>
            {device.kind === 'gpu' && storage === 'f16' && ' · float16'}
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
            <Menu.Separator className="menu-separator" />
            <Menu.RadioGroup
              value={storage}
              onValueChange={(value: FloatStorage) => run.getState().chooseStorage(value)}
              aria-labelledby={heading}
              aria-describedby={help}
            >
              <div className="menu-label" id={heading}>
                Memory of the GPU
              </div>
              {STORAGES.map(({ storage, title, help }) => (
                <Menu.RadioItem key={storage} value={storage} className="menu-item" closeOnClick>
                  <Menu.RadioItemIndicator className="menu-check" keepMounted />
                  <span>{title}</span>
                  <small>{help}</small>
                </Menu.RadioItem>
              ))}
              <p className="menu-help" id={help}>
                {whatIsStored(device)}
              </p>
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** Of which numbers the choice is, on this device. */
function whatIsStored(device: DeviceInfo | null): string {
  if (device?.kind !== 'gpu') return 'Of effect where WebGPU computes.';
  if (!device.shaderF16) return 'This is for weights alone: this GPU does not compute with float16.';
  return 'This is for weights and what is computed on the way. Inputs, outputs, sums and losses stay float32.';
}
