/** Brings pictures that a document names by path to the compile worker: the shell reads them, once each. */
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { Platform } from '../platform/platform.ts';
import type { DocumentStore } from '../stores/document.ts';
import type { FromCompiler, ToCompiler } from './protocol.ts';
import type { Channel } from './threads.ts';

/**
 * A function that sends what the compile worker lacks. A picture that is not there is left out: the compiler says so
 * at the node that wants it, and it is looked for again at the next compilation.
 */
export function createPictureLoader(
  platform: Pick<Platform, 'readAsset'>,
  documents: DocumentStore,
  compiler: Channel<ToCompiler, FromCompiler>,
): (document: PatchbayDocument) => Promise<void> {
  const sent = new Set<string>();
  return async (document) => {
    const { file } = documents.getState();
    const missing = document.assets.filter(
      ({ data, path, sha256 }) => data === undefined && path !== undefined && !sent.has(sha256),
    );
    await Promise.all(
      missing.map(async ({ path, sha256 }) => {
        const bytes = await platform.readAsset(file, path!, sha256);
        if (!bytes) return;
        sent.add(sha256);
        compiler.post({ kind: 'picture', sha256, bytes }, [bytes.buffer]);
      }),
    );
  };
}
