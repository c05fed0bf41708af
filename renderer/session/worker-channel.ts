/** A worker as a typed channel, whose death is noticed, and in whose place another can be started. */
import { watchLife, type Life } from './worker-life.ts';

/** One end of a conversation between threads. */
export interface Channel<Out, In> {
  post(message: Out, transfer?: readonly Transferable[]): void;
  listen(listener: (message: In) => void): void;
  /** The thread broke or is gone: a script error that nothing caught, a message that could not be read, its end. */
  onBreak(listener: (message: string) => void): void;
  /** Another thread has taken the place of the one before, and knows nothing of what that was told. */
  onRestart(listener: () => void): void;
}

export class WorkerChannel<Out, In> implements Channel<Out, In> {
  readonly #make: () => Worker;
  readonly #listeners: ((message: In) => void)[] = [];
  readonly #breakListeners: ((message: string) => void)[] = [];
  readonly #restartListeners: (() => void)[] = [];
  /** Ends with the worker that there is: what comes of it afterwards is nobody's. */
  #life: AbortController;
  #worker: Worker;

  constructor(make: () => Worker) {
    this.#make = make;
    [this.#worker, this.#life] = this.#start();
  }

  post(message: Out, transfer: readonly Transferable[] = []): void {
    this.#worker.postMessage(message, [...transfer]);
  }

  listen(listener: (message: In) => void): void {
    this.#listeners.push(listener);
  }

  onBreak(listener: (message: string) => void): void {
    this.#breakListeners.push(listener);
  }

  onRestart(listener: () => void): void {
    this.#restartListeners.push(listener);
  }

  /** Ends the worker, whatever it does, and starts another. */
  restart(): void {
    this.end();
    [this.#worker, this.#life] = this.#start();
    for (const listener of this.#restartListeners) listener();
  }

  end(): void {
    this.#life.abort();
    this.#worker.terminate();
  }

  #start(): [Worker, AbortController] {
    const life = new AbortController();
    const { signal } = life;
    const worker = this.#make();
    const broke = (message: string): void => {
      if (signal.aborted) return;
      life.abort();
      for (const listener of this.#breakListeners) listener(message);
    };
    worker.addEventListener(
      'message',
      ({ data }: MessageEvent<In | Life>) => {
        if (isLife(data)) void watchLife(data, signal, () => broke('it ended'));
        else for (const listener of this.#listeners) listener(data);
      },
      { signal },
    );
    worker.addEventListener('error', ({ message }) => broke(message || 'its program cannot be loaded'), { signal });
    worker.addEventListener('messageerror', () => broke('a message could not be read'), { signal });
    return [worker, life];
  }
}

function isLife(data: unknown): data is Life {
  return typeof data === 'object' && data !== null && 'life' in data;
}
