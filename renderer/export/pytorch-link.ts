/** PyTorch for the export worker: it has no shell of its own, so it asks the page, and the page asks the main process. */
import { messageOf } from '../session/message-of.ts';
import type { PytorchHost } from '../platform/platform.ts';

/** One call of a host's method. */
export type HostCall = {
  [M in keyof PytorchHost]: { readonly method: M; readonly args: Parameters<PytorchHost[M]> };
}[keyof PytorchHost];

export interface HostRequest {
  readonly kind: 'pytorch';
  readonly id: number;
  readonly call: HostCall;
}

export interface HostAnswer {
  readonly kind: 'pytorch-answer';
  readonly id: number;
  readonly answer: { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };
}

/** The worker's end. */
export class HostLink {
  readonly #post: (request: HostRequest) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<never>>();
  #count = 0;

  constructor(post: (request: HostRequest) => void) {
    this.#post = post;
  }

  readonly host: PytorchHost = {
    open: (...args) => this.#ask({ method: 'open', args }),
    addWeights: (...args) => this.#ask({ method: 'addWeights', args }),
    run: (...args) => this.#ask({ method: 'run', args }),
    close: (...args) => this.#ask({ method: 'close', args }),
  };

  take({ id, answer }: HostAnswer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (answer.ok) waiting?.resolve(answer.value as never);
    else waiting?.reject(new Error(answer.message));
  }

  /** What the method gives is what the answer holds: both ends are typed by `PytorchHost`. */
  #ask(call: HostCall): Promise<never> {
    const id = this.#count++;
    const waiting = Promise.withResolvers<never>();
    this.#waiting.set(id, waiting);
    this.#post({ kind: 'pytorch', id, call });
    return waiting.promise;
  }
}

/** The page's end, for one worker: what it opened is closed when it goes. */
export class HostServer {
  readonly #host: PytorchHost;
  readonly #runs = new Set<string>();
  #gone = false;

  constructor(host: PytorchHost) {
    this.#host = host;
  }

  async answer({ id, call }: HostRequest): Promise<HostAnswer> {
    try {
      return { kind: 'pytorch-answer', id, answer: { ok: true, value: await this.#carryOut(call) } };
    } catch (error) {
      return { kind: 'pytorch-answer', id, answer: { ok: false, message: messageOf(error) } };
    }
  }

  /** Ends what runs, also what is only being opened. */
  dispose(): void {
    this.#gone = true;
    for (const run of this.#runs) this.#end(run);
  }

  async #carryOut(call: HostCall): Promise<unknown> {
    switch (call.method) {
      case 'open': {
        const run = await this.#host.open(...call.args);
        this.#runs.add(run);
        if (this.#gone) this.#end(run);
        return run;
      }
      case 'addWeights':
        return this.#host.addWeights(...call.args);
      case 'run':
        return this.#host.run(...call.args);
      case 'close':
        this.#runs.delete(call.args[0]);
        return this.#host.close(...call.args);
      default:
        return call satisfies never;
    }
  }

  /** Nobody waits for it any more. */
  #end(run: string): void {
    this.#runs.delete(run);
    this.#host.close(run).catch((error: unknown) => console.error(error));
  }
}
