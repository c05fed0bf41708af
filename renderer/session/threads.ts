/** The two workers as typed channels, joined by a message port of their own. */
import type { Tuning } from '../../gpu/plan.ts';
import type { RememberedDevice } from '../stores/remembered-device.ts';
import { withDocuments } from './compiler-channel.ts';
import type { FromCompiler, FromGpu, PassedToCompiler, ToCompiler, ToGpu } from './protocol.ts';
import { WorkerChannel, type Channel } from './worker-channel.ts';

export const THREADS = ['compiler', 'gpu'] as const;
export type ThreadName = (typeof THREADS)[number];

export interface SessionThreads {
  readonly compiler: Channel<ToCompiler, FromCompiler>;
  readonly gpu: Channel<ToGpu, FromGpu>;
  /** Ends a thread, whatever it does, and starts another in its place, joined with the one that stays. */
  restart(thread: ThreadName): void;
  dispose(): void;
}

/** What was chosen and measured on this machine until now. */
export interface RememberedMachine {
  readonly device: RememberedDevice;
  readonly tuning: Tuning | null;
}

/**
 * Starts both workers and gives each an end of the port between them.
 * @param remembered Asked whenever the GPU's thread starts.
 */
export function startThreads(remembered: () => RememberedMachine): SessionThreads {
  // The bundler finds workers by this very form: a URL literal inside the constructor.
  const compiler = new WorkerChannel<PassedToCompiler, FromCompiler>(
    () => new Worker(new URL('./compile.worker.ts', import.meta.url), { type: 'module', name: 'compile' }),
  );
  const gpu = new WorkerChannel<ToGpu, FromGpu>(
    () => new Worker(new URL('./gpu.worker.ts', import.meta.url), { type: 'module', name: 'gpu' }),
  );
  const toCompiler = withDocuments(compiler);
  /** Gives the compiler its end of a new port. @returns the other end. */
  const join = (): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    toCompiler.post({ kind: 'connect', gpu: port1 }, [port1]);
    return port2;
  };
  const startGpu = (): void => {
    const { device, tuning } = remembered();
    const { choice, verdict } = device;
    const port = join();
    gpu.post({ kind: 'start', compiler: port, choice, tuning, verdict }, [port]);
  };
  startGpu();
  return {
    compiler: toCompiler,
    gpu,
    restart: (thread) => {
      if (thread === 'gpu') {
        gpu.restart();
        startGpu();
      } else {
        compiler.restart();
        const port = join();
        gpu.post({ kind: 'connect', compiler: port }, [port]);
      }
    },
    dispose: () => {
      compiler.end();
      gpu.end();
    },
  };
}
