/** The two workers as typed channels, joined by a message port of their own. */
import type { Tuning } from '../../gpu/plan.ts';
import type { RememberedDevice } from '../stores/remembered-device.ts';
import { withDocuments } from './compiler-channel.ts';
import type { FromCompiler, FromGpu, PassedToCompiler, ToCompiler, ToGpu } from './protocol.ts';

/** One end of a conversation between threads. */
export interface Channel<Out, In> {
  post(message: Out, transfer?: readonly Transferable[]): void;
  listen(listener: (message: In) => void): void;
  /** The thread broke: a script error that nothing caught, or a message that could not be read. */
  onBreak(listener: (message: string) => void): void;
}

export interface SessionThreads {
  readonly compiler: Channel<ToCompiler, FromCompiler>;
  readonly gpu: Channel<ToGpu, FromGpu>;
  dispose(): void;
}

/**
 * Starts both workers and gives each an end of the port between them.
 * @param device Which was chosen, and what was measured of this machine in former sessions.
 * @param tuning The same of its adapter's kernels.
 */
export function startThreads({ choice, verdict }: RememberedDevice, tuning: Tuning | null): SessionThreads {
  // The bundler finds workers by this very form: a URL literal inside the constructor.
  const compiler = new Worker(new URL('./compile.worker.ts', import.meta.url), { type: 'module', name: 'compile' });
  const gpu = new Worker(new URL('./gpu.worker.ts', import.meta.url), { type: 'module', name: 'gpu' });
  const between = new MessageChannel();
  const threads: SessionThreads = {
    compiler: withDocuments(channelOf<PassedToCompiler, FromCompiler>(compiler)),
    gpu: channelOf<ToGpu, FromGpu>(gpu),
    dispose: () => {
      compiler.terminate();
      gpu.terminate();
    },
  };
  threads.compiler.post({ kind: 'connect', gpu: between.port1 }, [between.port1]);
  threads.gpu.post({ kind: 'start', compiler: between.port2, choice, tuning, verdict }, [between.port2]);
  return threads;
}

function channelOf<Out, In>(worker: Worker): Channel<Out, In> {
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    listen: (listener) => worker.addEventListener('message', (event: MessageEvent<In>) => listener(event.data)),
    onBreak: (listener) => {
      worker.addEventListener('error', (event) => listener(event.message));
      worker.addEventListener('messageerror', () => listener('a message could not be read'));
    },
  };
}
