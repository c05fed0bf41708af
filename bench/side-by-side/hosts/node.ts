/** Engines in Node: each in a process of its own. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { remoteThread, type ThreadCall } from '../thread.ts';
import type { HostRunner, Remote } from './remote.ts';

/** What the process answers; one call is under way at a time. */
export interface Answer {
  readonly result?: unknown;
  /** Message of what was thrown. */
  readonly fault?: string;
}

const STDERR_KEPT = 2000;

/** @param env variables beside this process's own: the Vulkan driver. */
export function nodeHost(env: Readonly<Record<string, string>>): HostRunner {
  return {
    version: `Node ${process.version}`,
    openRemote: () => Promise.resolve(openProcess(env)),
    close: () => Promise.resolve(),
  };
}

function openProcess(env: Readonly<Record<string, string>>): Remote {
  // The sources run as they are; the bundle has them as JavaScript.
  const child = fork(join(import.meta.dirname, `node-process${extname(import.meta.filename)}`), {
    env: { ...process.env, ...env },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let told = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (told = (told + text).slice(-STDERR_KEPT)));
  return {
    ...remoteThread((call) => ask(child, call, () => told)),
    pids: () => Promise.resolve([child.pid!]),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // Dawn and ONNX Runtime take their time to end, or fail doing so.
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function ask(child: ChildProcess, call: ThreadCall, stderr: () => string): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) throw new Error('the process has ended');
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const onMessage = ({ result, fault }: Answer): void =>
    fault === undefined ? resolve(result) : reject(new Error(fault));
  const onExit = (code: number | null, signal: string | null): void => {
    const last = stderr().trim().split('\n').at(-1) ?? '';
    reject(new Error(`the process ended (${signal ?? `exit ${code}`})${last && `: ${last}`}`));
  };
  child.once('message', onMessage).once('exit', onExit);
  child.send(call);
  try {
    return await promise;
  } finally {
    child.off('message', onMessage).off('exit', onExit);
  }
}
