/** Lays a graph out beside the main thread: thousands of nodes take a second. */
import { layOut, type LayoutRequest } from './layout.ts';

self.onmessage = ({ data }: MessageEvent<LayoutRequest>): void => self.postMessage(layOut(data));
