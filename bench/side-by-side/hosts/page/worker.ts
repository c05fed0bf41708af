/** The worker of one engine in Chromium: carries out the bench's calls. */
import { CHROMIUM_ENGINES } from '../../engines/chromium.ts';
import { carryOut, serveThread, type ThreadCall } from '../../thread.ts';
import type { Answer } from '../node.ts';

const thread = serveThread(CHROMIUM_ENGINES);

self.addEventListener('message', ({ data }: MessageEvent<ThreadCall>) => {
  carryOut(thread, data).then(
    (result) => answer({ result }),
    (error: unknown) => answer({ fault: error instanceof Error ? error.message : String(error) }),
  );
});

function answer(message: Answer): void {
  postMessage(message);
}
