/** Hashing as a page has it done. */
import type { HashedInPart, OpenedCheckpoint } from '../api.ts';
import type { CheckpointFiles } from '../checkpoints.ts';

/** Asks on until the answer is there. */
export async function hashed<T extends OpenedCheckpoint>(
  files: CheckpointFiles,
  begun: Promise<T | HashedInPart | null>,
  onPart: (part: HashedInPart) => void = () => undefined,
): Promise<T | null> {
  let answer: OpenedCheckpoint | HashedInPart | null = await begun;
  while (answer && 'hashing' in answer) {
    onPart(answer);
    answer = await files.hashOn(answer.hashing);
  }
  return answer as T | null;
}
