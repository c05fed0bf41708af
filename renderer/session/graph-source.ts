/** A document with the files that it names, as exports and comparisons take it. */
import type { DocumentReaders } from '../../export/document-source.ts';
import type { Problem } from '../../graph/problems.ts';
import type { Asset, PatchbayDocument } from '../../graph/schema.ts';
import type { Picture } from '../../nodes/pictures.ts';
import { createTokenizers } from '../../nodes/text/tokenizers.ts';
import { WeightDrawer } from '../../nodes/weights.ts';
import type { FileRef, Platform } from '../platform/platform.ts';
import { receiveCheckpoint, shareCheckpoint, type Checkpoints, type SharedCheckpoint } from './checkpoints.ts';
import { weightNumbers, weightsOf } from './compiler.ts';

/** Bytes of pictures and the like that the document names by path, by their hash. */
export type AssetFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Files of a document on their way to another thread; the checkpoint's port goes with it. */
export interface DocumentFiles {
  readonly files: AssetFiles;
  /** Null where the document names none, or it is not there. */
  readonly checkpoint: SharedCheckpoint | null;
}

/**
 * What the document names, as far as the shell finds it; whoever needs it says what is missing.
 * @param file The document's own, beside which relative paths are looked for.
 * @throws {CheckpointError} where its checkpoint is broken; {PlatformError} where a file cannot be read.
 */
export async function filesOf(
  { assets, weights }: PatchbayDocument,
  file: FileRef | null,
  { platform, checkpoints }: { readonly platform: Pick<Platform, 'readAsset'>; readonly checkpoints: Checkpoints },
): Promise<DocumentFiles> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { data, path, sha256 } of assets) {
    if (data !== undefined || path === undefined) continue;
    const bytes = await platform.readAsset(file, path, sha256);
    if (bytes) files.set(sha256, bytes);
  }
  const checkpoint = weights ? await checkpoints.open(file, weights) : null;
  return { files, checkpoint: checkpoint && shareCheckpoint(checkpoint) };
}

/** What has to be transferred with the files. */
export function portsOf({ checkpoint }: DocumentFiles): Transferable[] {
  return checkpoint ? [checkpoint.port] : [];
}

/** What an export or a comparison reads of the document and its files. */
export function readersOf(
  document: PatchbayDocument,
  { files, checkpoint }: DocumentFiles,
  pictureOf: (asset: Asset) => Promise<Picture>,
): DocumentReaders {
  const tokenizers = createTokenizers();
  for (const [sha256, bytes] of files) tokenizers.provide(sha256, bytes);
  const checkpoints = new Map(checkpoint && [[checkpoint.hash, receiveCheckpoint(checkpoint)]]);
  const memory = { drawer: new WeightDrawer(), checkpoints };
  return {
    pictureOf,
    tokenizers,
    weights: (tree) => {
      const { recipes, problems } = weightsOf(document, tree, checkpoints);
      return {
        plan: { recipes, problems: [...problems, ...absence(document, checkpoint)] },
        read: (recipe) => weightNumbers(recipe, document, memory),
      };
    },
  };
}

function absence({ weights }: PatchbayDocument, checkpoint: SharedCheckpoint | null): readonly Problem[] {
  if (!weights || checkpoint) return [];
  const message = `its weights are not there: ${weights.path} is not beside the document, or holds others`;
  return [{ code: 'weights.absent', severity: 'error', message, place: { path: '', param: 'weights' } }];
}
