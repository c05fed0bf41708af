/** The thread of the worker that makes a checkpoint. */
import type { ToSave } from './save-protocol.ts';
import { createSaveWork } from './save-work.ts';

const work = createSaveWork((message, transfer = []) => postMessage(message, { transfer: [...transfer] }));

addEventListener('message', ({ data }: MessageEvent<ToSave>) => work(data));
