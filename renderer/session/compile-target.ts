/** What programs are compiled for: the device's own target, with floats stored as the person chose; and who waits for it. */
import type { RunStore } from '../stores/run.ts';
import type { Target } from './protocol.ts';

export class CompileTarget {
  readonly #run: Pick<RunStore, 'getState'>;
  #device: Target | null = null;
  #waiting: ((target: Target) => void) | null = null;

  constructor(run: Pick<RunStore, 'getState'>) {
    this.#run = run;
  }

  /** Null while there is no device. */
  get current(): Target | null {
    const device = this.#device;
    return device?.kind === 'gpu' ? { ...device, storage: this.#run.getState().storage } : device;
  }

  /** The device's own, of which the next program is for; null until another is there. */
  tell(device: Target | null): void {
    this.#device = device;
    const then = this.#waiting;
    if (device && then) this.whenThere(then);
  }

  /** As soon as there is a device; of several that wait, the last counts. */
  whenThere(then: (target: Target) => void): void {
    const { current } = this;
    this.#waiting = current ? null : then;
    if (current) then(current);
  }

  /** Nobody waits any more. */
  forget(): void {
    this.#waiting = null;
  }
}
