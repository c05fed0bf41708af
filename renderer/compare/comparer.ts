/** Compares the numbers of two documents on one device, off the page's thread. */
import { documentSource } from '../../export/document-source.ts';
import { compareModels, type ModelDifferences } from '../../export/verify/compare-models.ts';
import type { Asset } from '../../graph/schema.ts';
import type { Picture } from '../../nodes/pictures.ts';
import { computesOn } from '../session/computes-on.ts';
import type { Device } from '../session/device.ts';
import { readersOf } from '../session/graph-source.ts';
import type { RunStage } from '../session/protocol.ts';
import type { ComparedDocument, ToCompare } from './protocol.ts';

/**
 * Nodes with problems, and what follows from them, are left out.
 * @param onProgress 0 … 1.
 * @throws {Error} where a checkpoint that a document names is not there; what the device throws.
 */
export async function compareOn(
  device: Device,
  { before, after }: Pick<ToCompare, 'before' | 'after'>,
  pictureOf: (asset: Asset) => Promise<Picture>,
  onProgress: (progress: number) => void,
): Promise<ModelDifferences> {
  const [first, second] = [sourceOf(before, pictureOf), sourceOf(after, pictureOf)];
  let [done, total] = [0, 1];
  let furthest = 0;
  const tell = (progress: number): void => {
    // More computations than were expected do not set it back.
    furthest = Math.max(furthest, progress);
    onProgress(furthest);
  };
  const computing = computesOn(device, { onStage: (stage) => tell((done + partOf(stage)) / total) });
  return compareModels(first, second, computing, {
    onStep: (steps, of) => {
      [done, total] = [steps, of];
      tell(steps / of);
    },
  });
}

function sourceOf({ document, ...files }: ComparedDocument, pictureOf: (asset: Asset) => Promise<Picture>) {
  const { source, problems } = documentSource(document, document.main, readersOf(document, files, pictureOf));
  const absent = problems.find(({ code }) => code === 'weights.absent');
  if (absent) throw new Error(absent.message);
  return source;
}

/** 0 … 1 of one computation. */
function partOf(stage: RunStage): number {
  return stage.kind === 'running' && stage.total > 0 ? stage.done / stage.total : 0;
}
