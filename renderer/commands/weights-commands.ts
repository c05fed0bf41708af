/** Commands on the weights of a document: from a checkpoint beside it, or drawn from its seed. */
import { setWeights } from '../../graph/edit-values.ts';
import type { App } from '../app-context.ts';
import { messageOf } from '../session/message-of.ts';
import type { Command } from './command.ts';
import { all, editable } from './conditions.ts';
import { GivenUpError, withHashing } from './with-hashing.ts';
import { whileShown } from './while-shown.ts';

export const WEIGHTS_COMMANDS: readonly Command[] = [
  {
    id: 'file.load-weights',
    title: 'Load weights…',
    group: 'file',
    when: editable,
    run: loadWeights,
  },
  {
    id: 'file.draw-weights',
    title: 'Draw the weights from the seed',
    group: 'file',
    when: all(
      editable,
      (app) => app.document.getState().document.weights !== undefined || 'The weights are drawn from the seed already',
    ),
    run: drawWeights,
  },
];

/** Lets the person choose a checkpoint, or find the one that is missing; the document names it from then on. */
export async function loadWeights(app: App): Promise<void> {
  const { tell } = app.notices.getState();
  const isShown = whileShown(app);
  const { document, file } = app.document.getState();
  const wanted = document.weights;
  const missing = app.checkpoint.getState().kind === 'missing' ? (wanted?.sha256 ?? null) : null;
  try {
    const picked = await withHashing(app.notices, (job) => app.checkpoints.pick(file, missing, job));
    if (!picked || !isShown()) return;
    const { document, dispatch } = app.document.getState();
    const edit = setWeights(document, picked);
    if (edit.diff.length > 0) dispatch(edit);
    // The file that the document names, where it names it: it is there again.
    else app.session.run();
    if (missing !== null && picked.sha256 !== missing) {
      tell(`${picked.path} holds other weights than ${wanted!.path} did; the document names it in its place`);
    }
  } catch (error) {
    if (!(error instanceof GivenUpError)) tell(messageOf(error), 'error');
  }
}

/** Looks again at the document's checkpoint, whose hash was given up. */
export function checkWeights(app: App): void {
  app.checkpoint.setState({ kind: 'opening' }, true);
  app.session.run();
}

export function drawWeights(app: App): void {
  const { document, dispatch } = app.document.getState();
  dispatch(setWeights(document, undefined));
}
