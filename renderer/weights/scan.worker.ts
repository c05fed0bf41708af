/** The thread of the worker that looks through a checkpoint. */
import type { ToScan } from './scan-protocol.ts';
import { createScanWork } from './scan-work.ts';

const work = createScanWork((message) => postMessage(message));

addEventListener('message', ({ data }: MessageEvent<ToScan>) => work(data));
