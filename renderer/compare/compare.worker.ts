/** The compare worker's thread. */
import type { Asset } from '../../graph/schema.ts';
import { messageOf } from '../session/message-of.ts';
import { DEVICES, openDevice } from '../session/open-device.ts';
import { createPictureDecoder } from '../session/picture-decoder.ts';
import { compareOn } from './comparer.ts';
import type { FromCompare, ToCompare } from './protocol.ts';

/** Progress that is told more often is not seen. */
const PROGRESS_MILLISECONDS = 100;

addEventListener('message', ({ data }: MessageEvent<ToCompare>) => void answer(data));

async function answer({ before, after, device: choice }: ToCompare): Promise<void> {
  const pictures = createPictureDecoder();
  for (const [sha256, bytes] of [...before.files, ...after.files]) pictures.provide(sha256, bytes);
  try {
    // Its loss ends the computation, which says so.
    const { device } = await openDevice({ choice, tuning: null, verdict: null, onLost: () => undefined }, DEVICES);
    try {
      const pictureOf = (asset: Asset) => pictures.decode(asset);
      const differences = await compareOn(device, { before, after }, pictureOf, throttled());
      tell({ kind: 'compared', differences, device: device.info.name });
    } finally {
      await device.dispose();
    }
  } catch (error) {
    tell({ kind: 'failed', message: messageOf(error) });
  }
}

function throttled(): (progress: number) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - last < PROGRESS_MILLISECONDS) return;
    last = now;
    tell({ kind: 'progress', progress });
  };
}

function tell(message: FromCompare): void {
  postMessage(message);
}
