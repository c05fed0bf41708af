/** Lays a graph out beside the main thread: thousands of nodes take a second. */
import { layOut, type LayoutRequest } from './layout.ts';

addEventListener('message', ({ data }: MessageEvent<LayoutRequest>) => {
  postMessage(layOut(data), {});
});
