/** Commands on the weights of a document: from a checkpoint beside it, or drawn from its seed. */
import { setWeights } from '../../graph/edit-values.ts';
import type { App } from '../app-context.ts';
import type { PickedWeights, WeightsReference } from '../session/checkpoints.ts';
import { messageOf } from '../session/message-of.ts';
import { fitWith, isWhole } from '../weights/proposal.ts';
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
    // Those that the document names, there again or elsewhere; chosen where they are, it is for their names.
    const moved = picked.sha256 === missing || (picked.sha256 === wanted?.sha256 && picked.path !== wanted.path);
    const checkpoint = moved ? null : await app.checkpoints.open(file, picked);
    if (!isShown()) return;
    if (checkpoint) proposeWeights(app, { reference: picked, checkpoint });
    else nameWeights(app, picked);
    if (missing !== null && picked.sha256 !== missing) {
      tell(`${picked.path} holds other weights than ${wanted!.path} did; the document names it in its place`);
    }
  } catch (error) {
    if (!(error instanceof GivenUpError)) tell(messageOf(error), 'error');
  }
}

/** Weights that are the graph's are loaded; of others, a dialog says what is amiss, before anything is changed. */
export function proposeWeights(app: App, picked: PickedWeights): void {
  const { tree } = app.derived.getState();
  const fit = fitWith(tree, picked, []);
  if (isWhole(fit)) {
    nameWeights(app, { ...picked.reference, rename: [] });
    app.notices.getState().tell(`All ${fit.matched.length} weights come from ${picked.checkpoint.name}`);
    return;
  }
  // Files of one origin are called alike.
  const rename = app.document.getState().document.weights?.rename ?? [];
  app.view.getState().setProposed({ ...picked, rename });
}

/** The document names them from now on. */
export function nameWeights(app: App, weights: WeightsReference): void {
  const { document, dispatch } = app.document.getState();
  const edit = setWeights(document, weights);
  if (edit.diff.length > 0) dispatch(edit);
  // The file that the document names, where it names it: it is there again.
  else app.session.run();
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
