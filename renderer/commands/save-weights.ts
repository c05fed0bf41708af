/** Saves the weights that a document names to a file of the person's: those of an import lie in none. */
import type { App } from '../app-context.ts';

/** A piece at a time: a checkpoint may be larger than memory. */
const PIECE_BYTES = 1 << 24;

export async function saveWeights(app: App): Promise<void> {
  const { document, file } = app.document.getState();
  const { weights } = document;
  if (!weights) return;
  const name = weights.path.split('/').at(-1)!;
  const place = await app.platform.pickExport(name);
  if (!place) return;
  const checkpoint = await app.checkpoints.open(file, weights);
  const { tell } = app.notices.getState();
  if (!checkpoint) {
    tell(`${weights.path} is not there any more`, 'error');
    return;
  }
  const { source } = checkpoint;
  await place.writePieces(
    (async function* () {
      for (let at = 0; at < source.byteLength; at += PIECE_BYTES)
        yield await source.read(at, Math.min(at + PIECE_BYTES, source.byteLength));
    })(),
  );
  tell(`${name} is saved: beside the document, every program finds it`);
}
