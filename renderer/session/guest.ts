/**
 * Runs beside the editor's own: the graph with other ids in the place of a source's, for the end of one value. One at a time,
 * and whatever the editor asks for goes before it.
 */
import { ProfileWait } from './profile-wait.ts';
import type { TensorData } from './session-api.ts';
import {
  lastPositionOf,
  type FromCompiler,
  type FromGpu,
  type GrownSource,
  type ProgramId,
  type RunId,
  type ToCompiler,
} from './protocol.ts';
import type { PortPath } from '../../graph/instance.ts';
import type { SessionThreads } from './threads.ts';

/** Which value, and which parts of it. */
export interface GuestRequest {
  readonly grown: GrownSource;
  /** Its value is `[batch, length, …]`; only the last position is computed: `[batch, 1, …]`. */
  readonly port: PortPath;
  /** Indices of leading axes of the last position: one answer each. */
  readonly parts: readonly (readonly number[])[];
}

/** The editor needed the device, or the graph became another. */
export class GuestStoppedError extends Error {
  override readonly name = 'GuestStoppedError';

  constructor() {
    super('the graph changed, or something else was run');
  }
}

/** What the session does for its guest. */
export interface GuestHost {
  readonly threads: SessionThreads;
  nextProgram(): ProgramId;
  nextRun(): RunId;
  /** What is compiled, but for its number. */
  request(guest: GuestRequest): Promise<Omit<Extract<ToCompiler, { kind: 'compile' }>, 'kind' | 'program'>>;
  read(port: PortPath, index: readonly number[]): Promise<TensorData>;
}

interface Waiting {
  readonly on: { readonly program: ProgramId } | { readonly run: RunId };
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class Guest {
  /** Another guest, who waits for the next run to tell where its time goes. */
  readonly profile = new ProfileWait();
  readonly #host: GuestHost;
  #waiting: Waiting | null = null;
  /** The request that goes on; another object for each. */
  #current: GuestRequest | null = null;

  constructor(host: GuestHost) {
    this.#host = host;
  }

  /** Whether the device is the guest's. */
  get busy(): boolean {
    return this.#current !== null;
  }

  /** @throws {GuestStoppedError} if `stop` or `makeWay` is called meanwhile; {Error} if the value cannot be computed. */
  async compute(guest: GuestRequest): Promise<readonly TensorData[]> {
    this.makeWay();
    const { threads } = this.#host;
    this.#current = guest;
    try {
      const request = await this.#host.request(guest);
      this.#check(guest);
      const program = this.#host.nextProgram();
      const compiled = this.#wait({ program });
      threads.compiler.post({ kind: 'compile', program, ...request });
      await compiled;
      const run = this.#host.nextRun();
      const finished = this.#wait({ run });
      threads.gpu.post({ kind: 'run', run, program });
      await finished;
      const parts = await Promise.all(guest.parts.map((index) => this.#host.read(lastPositionOf(guest.port), index)));
      this.#check(guest);
      return parts;
    } finally {
      if (this.#current === guest) this.#current = null;
    }
  }

  /** Nobody waits for anything any more: neither a value nor a profile. */
  stop(): void {
    this.profile.stop();
    this.makeWay();
  }

  /** Gives the device back to the editor. */
  makeWay(): void {
    const waiting = this.#waiting;
    this.#current = null;
    this.#waiting = null;
    if (!waiting) return;
    if ('run' in waiting.on) this.#host.threads.gpu.post({ kind: 'cancel' });
    waiting.reject(new GuestStoppedError());
  }

  /** @returns whether the message was the guest's. */
  fromCompiler(message: FromCompiler): boolean {
    const waiting = this.#waiting;
    if (!waiting || !('program' in waiting.on) || waiting.on.program !== message.program) return false;
    this.#waiting = null;
    if (message.kind === 'compile-failed') waiting.reject(new Error(message.message));
    else if (message.summary.ports.includes(lastPositionOf(this.#current!.port))) waiting.resolve();
    else waiting.reject(new Error(`${this.#current!.port} cannot be computed: see the problems of the graph`));
    return true;
  }

  /** @returns whether the message was the guest's. */
  fromGpu(message: FromGpu): boolean {
    const waiting = this.#waiting;
    if (!waiting || !('run' in waiting.on) || !('run' in message) || waiting.on.run !== message.run) return false;
    switch (message.kind) {
      case 'progress':
      case 'shown':
        return true;
      case 'finished':
        this.#waiting = null;
        waiting.resolve();
        return true;
      case 'cancelled':
        this.#waiting = null;
        waiting.reject(new GuestStoppedError());
        return true;
      case 'device-gone':
        this.#waiting = null;
        waiting.reject(new GuestStoppedError());
        // The session has to know, too.
        return false;
      case 'run-failed':
        this.#waiting = null;
        waiting.reject(new Error(message.message));
        return true;
      default:
        return message satisfies never;
    }
  }

  #wait(on: Waiting['on']): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting = { on, resolve, reject };
    return promise;
  }

  #check(guest: GuestRequest): void {
    if (this.#current !== guest) throw new GuestStoppedError();
  }
}
