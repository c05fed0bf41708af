/** The process of one engine in Node: carries out the bench's calls. */
import { NODE_ENGINES } from '../engines/node.ts';
import { carryOut, serveThread, type ThreadCall } from '../thread.ts';
import type { Answer } from './node.ts';

const thread = serveThread(NODE_ENGINES);

process.on('message', (call: ThreadCall) => {
  carryOut(thread, call).then(
    (result) => answer({ result }),
    (error: unknown) => answer({ fault: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

function answer(message: Answer): void {
  process.send!(message);
}
