/** The workers started later than the page: what is asked of them until then waits, in its order. */
import type { FromCompiler, FromGpu, ToCompiler, ToGpu } from './protocol.ts';
import type { SessionThreads } from './threads.ts';
import type { Channel } from './worker-channel.ts';

export interface LateThreads extends SessionThreads {
  /** Starts them; only the first call does. */
  begin(): void;
}

export function lateThreads(start: () => SessionThreads): LateThreads {
  const compiler = lateChannel<ToCompiler, FromCompiler>();
  const gpu = lateChannel<ToGpu, FromGpu>();
  let threads: SessionThreads | null = null;
  let disposed = false;
  return {
    compiler,
    gpu,
    begin: () => {
      if (threads || disposed) return;
      threads = start();
      compiler.open(threads.compiler);
      gpu.open(threads.gpu);
    },
    restart: (thread) => threads?.restart(thread),
    dispose: () => {
      disposed = true;
      threads?.dispose();
    },
  };
}

type Act<Out, In> = (channel: Channel<Out, In>) => void;

function lateChannel<Out, In>(): Channel<Out, In> & { open(channel: Channel<Out, In>): void } {
  let opened: Channel<Out, In> | null = null;
  const waiting: Act<Out, In>[] = [];
  const act = (act: Act<Out, In>): void => {
    if (opened) act(opened);
    else waiting.push(act);
  };
  return {
    open: (channel) => {
      opened = channel;
      for (const act of waiting.splice(0)) act(channel);
    },
    post: (message, transfer) => act((channel) => channel.post(message, transfer)),
    listen: (listener) => act((channel) => channel.listen(listener)),
    onBreak: (listener) => act((channel) => channel.onBreak(listener)),
    onRestart: (listener) => act((channel) => channel.onRestart(listener)),
  };
}
