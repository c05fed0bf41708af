/** The device that computes, while it is chosen, opened, measured beside another and replaced. */
import type { DeviceChoice, DeviceVerdict } from '../stores/remembered-device.ts';
import { compareDevices } from './compare-devices.ts';
import type { Device } from './device.ts';
import {
  isFaster,
  isUnmeasured,
  openCpu,
  openDevice,
  type Adapter,
  type DeviceRequest,
  type Devices,
  type OpenedDevice,
} from './open-device.ts';

export interface SlotListener {
  /** Another device computes from now on. */
  opened(opened: OpenedDevice): void;
  /** An adapter was measured, or is a real GPU, which needs none. */
  compared(verdict: DeviceVerdict): void;
}

export class DeviceSlot {
  readonly #listener: SlotListener;
  readonly #devices: Devices;
  #request: Omit<DeviceRequest, 'choice'>;
  #opened: OpenedDevice | null = null;
  /** What the last device does; it is given back after that. */
  #busy: Promise<void> = Promise.resolve();
  #choices = 0;

  constructor(request: Omit<DeviceRequest, 'choice'>, listener: SlotListener, devices: Devices) {
    this.#request = request;
    this.#listener = listener;
    this.#devices = devices;
  }

  /** Null while another one is opened. */
  get device(): Device | null {
    return this.#opened?.device ?? null;
  }

  /** The device is not given back before this has settled. */
  occupy(busy: Promise<void>): void {
    this.#busy = Promise.all([this.#busy, busy]).then(() => undefined);
  }

  /** Opens what is chosen in the place of what there is; of several choices, the last counts. */
  choose(choice: DeviceChoice): Promise<void> {
    return this.#replace(() => openDevice({ ...this.#request, choice }, this.#devices));
  }

  /**
   * The CPU takes the place of a GPU that is gone.
   * @param why A sentence without its full stop.
   */
  leaveGpu(why: string): Promise<void> {
    return this.#replace(() => openCpu(why, this.#devices));
  }

  async #replace(open: () => Promise<OpenedDevice>): Promise<void> {
    const turn = ++this.#choices;
    await this.#giveBack();
    const opened = await open();
    if (turn === this.#choices) this.#take(opened);
    else await opened.device.dispose();
  }

  /**
   * Measures the adapter that the CPU was taken in the place of, if nothing is known of it, on devices of its own, as
   * what the user's device has computed is looked at meanwhile; the faster computes from then on.
   * @throws what `signal` was aborted with; what opening or running the adapter throws.
   */
  async compare(signal: AbortSignal): Promise<void> {
    const { device, unmeasured } = this.#opened ?? {};
    if (!device || unmeasured == null) return;
    const turn = this.#choices;
    const { tuning, onLost } = this.#request;
    let taken = false;
    // Until it computes, its loss is nobody's.
    const gpu = await this.#devices.gpu(tuning, (message) => taken && onLost(message));
    try {
      const verdict = await this.#measure(gpu, unmeasured, signal);
      if (turn !== this.#choices) return;
      this.#learn(verdict);
      taken = verdict.faster === 'gpu';
      if (!taken) {
        this.#opened = { device, notice: null, unmeasured: null };
        return;
      }
      await this.#giveBack();
      if (turn === this.#choices) this.#take({ device: gpu, notice: null, unmeasured: null });
    } finally {
      if (!taken) await gpu.dispose();
    }
  }

  async #measure(gpu: Device, adapter: string, signal: AbortSignal): Promise<DeviceVerdict> {
    const cpu = await this.#devices.cpu();
    try {
      return await compareDevices(cpu, gpu, adapter, signal);
    } finally {
      await cpu.dispose();
    }
  }

  #take(opened: OpenedDevice): void {
    this.#opened = opened;
    this.#listener.opened(opened);
    if (opened.late) void opened.late.then((adapter) => adapter && this.#consider(adapter, opened));
  }

  /** An adapter has come that the CPU did not wait for. */
  async #consider(adapter: Adapter, opened: OpenedDevice): Promise<void> {
    if (this.#opened !== opened) return;
    const { verdict } = this.#request;
    if (isFaster(adapter, verdict)) {
      // Remembered, so that it is waited for from now on.
      this.#learn({ adapter: adapter.fingerprint, faster: 'gpu' });
      await this.choose('automatic');
    } else if (isUnmeasured(adapter, opened, verdict)) {
      this.#opened = { ...opened, unmeasured: adapter.fingerprint };
    }
  }

  #learn(verdict: DeviceVerdict): void {
    this.#request = { ...this.#request, verdict };
    this.#listener.compared(verdict);
  }

  async #giveBack(): Promise<void> {
    const device = this.#opened?.device;
    this.#opened = null;
    await this.#busy;
    await device?.dispose();
  }
}
