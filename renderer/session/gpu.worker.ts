/** The GPU worker's thread. */
import { GpuHost } from './gpu-host.ts';
import type { ToGpu } from './protocol.ts';

const host = new GpuHost((message, transfer = []) => postMessage(message, { transfer }));
addEventListener('message', ({ data }: MessageEvent<ToGpu>) => host.receive(data));
