/** The GPU worker's thread. */
import { GpuHost } from './gpu-host.ts';
import type { ToGpu } from './protocol.ts';
import { showLife } from './worker-life.ts';

const host = new GpuHost((message, transfer = []) => postMessage(message, { transfer }));
showLife((life) => postMessage(life));
addEventListener('message', ({ data }: MessageEvent<ToGpu>) => host.receive(data));
