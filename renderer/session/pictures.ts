/** Brings pictures that a document names by path to the compile worker: the shell reads them, once each. */
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { Platform } from '../platform/platform.ts';
import type { DocumentStore } from '../stores/document.ts';
import type { PictureStore } from '../stores/pictures.ts';
import type { FromCompiler, ToCompiler } from './protocol.ts';
import type { Channel } from './worker-channel.ts';

/**
 * Brings the pictures that a document names by path to the compile worker, before it compiles.
 * @returns ids of the assets that are not there.
 */
export type LoadPictures = (document: PatchbayDocument) => Promise<ReadonlySet<string>>;

/**
 * A function that sends what the compile worker lacks, and says which pictures are not there; these are looked for
 * again at the next compilation.
 */
export function createPictureLoader(
  platform: Pick<Platform, 'readAsset'>,
  documents: DocumentStore,
  compiler: Channel<ToCompiler, FromCompiler>,
  pictures: PictureStore,
): LoadPictures {
  const sent = new Set<string>();
  compiler.onRestart(() => sent.clear());
  return async (document) => {
    const { file, journalId } = documents.getState();
    const missing = new Set<string>();
    const wanted = document.assets.filter(
      ({ data, path, sha256 }) => data === undefined && path !== undefined && !sent.has(sha256),
    );
    await Promise.all(
      wanted.map(async ({ id, path, sha256 }) => {
        const bytes = await platform.readAsset(file, path!, sha256);
        if (!bytes) {
          missing.add(id);
          return;
        }
        sent.add(sha256);
        compiler.post({ kind: 'picture', sha256, bytes }, [bytes.buffer]);
      }),
    );
    // Unless another document is shown by now.
    if (documents.getState().journalId === journalId) pictures.getState().setMissing(missing);
    return missing;
  };
}
