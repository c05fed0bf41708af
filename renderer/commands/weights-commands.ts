/** Commands on the weights of a document: from a checkpoint beside it, or drawn from its seed. */
import { SaveError, type SavePlan, type SaveRequest } from '../../export/weights/save-plan.ts';
import { describeNonFinite } from '../../export/weights/non-finite.ts';
import { setWeights } from '../../graph/edit-values.ts';
import { weightShapes } from '../../nodes/weights.ts';
import type { App } from '../app-context.ts';
import type { CheckpointFit } from '../../nodes/checkpoint.ts';
import { nonFiniteOf } from '../weights/scan.ts';
import type { OpenCheckpoint, PickedWeights, WeightsReference } from '../session/checkpoints.ts';
import { messageOf } from '../session/message-of.ts';
import { fitWith, isWhole } from '../weights/proposal.ts';
import { saveWeights } from '../weights/save-weights.ts';
import { suggestedName, type SavingWeights } from '../weights/saving.ts';
import { PlatformError } from '../platform/platform.ts';
import type { Command } from './command.ts';
import { all, editable, onEditor } from './conditions.ts';
import { GivenUpError, withHashing } from './with-hashing.ts';
import { withProgress } from './with-progress.ts';
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
    id: 'file.save-weights',
    title: 'Save weights…',
    group: 'file',
    when: all(
      onEditor,
      (app) => weightShapes(app.derived.getState().tree).length > 0 || 'The graph has no weights',
      (app) => notThere(app) ?? true,
    ),
    run: askHowToSave,
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
    void tellNonFinite(app, picked.checkpoint, fit);
    return;
  }
  // Files of one origin are called alike.
  const rename = app.document.getState().document.weights?.rename ?? [];
  app.view.getState().setProposed({ ...picked, rename });
}

/** Looks through weights that were loaded without a question, and tells what of them is no number. */
export async function tellNonFinite(app: App, checkpoint: OpenCheckpoint, { matched }: CheckpointFit): Promise<void> {
  const { tell } = app.notices.getState();
  try {
    const found = nonFiniteOf(matched, await app.scan(checkpoint, {}));
    if (found.length > 0) tell(describeNonFinite(checkpoint.name, found), 'error');
  } catch (error) {
    tell(messageOf(error), 'error');
  }
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

/** Why the weights that the document names cannot be saved; null if they can, or it names none. */
function notThere(app: App): string | null {
  const { weights } = app.document.getState().document;
  const { kind } = app.checkpoint.getState();
  return weights && kind !== 'open' && kind !== 'opening' ? `${weights.path} is not there: locate it first` : null;
}

/** Opens the dialog that says as what, and in how many files. */
export async function askHowToSave(app: App): Promise<void> {
  const isShown = whileShown(app);
  const { document, file } = app.document.getState();
  try {
    const checkpoint =
      document.weights && (await withHashing(app.notices, (job) => app.checkpoints.open(file, document.weights!, job)));
    if (!isShown()) return;
    if (checkpoint === null) app.notices.getState().tell(`${document.weights!.path} is not there any more`, 'error');
    else app.view.getState().setSavingWeights({ checkpoint: checkpoint ?? null });
  } catch (error) {
    if (!(error instanceof GivenUpError)) app.notices.getState().tell(messageOf(error), 'error');
  }
}

/** Asks where to, and writes them there, unless the person gives it up. */
export async function writeWeights(
  app: App,
  { checkpoint }: SavingWeights,
  request: SaveRequest,
  { files, copied }: Pick<SavePlan, 'files' | 'copied'>,
): Promise<void> {
  const { document, name } = app.document.getState();
  const suggested = suggestedName(document, name);
  const place = await app.platform.pickCheckpointPlace(suggested, files);
  if (!place) return;
  app.view.getState().setSavingWeights(null);
  const { tell } = app.notices.getState();
  try {
    const saved = await withProgress(app, `Saving ${suggested}`, async (job) => {
      await saveWeights({ document, checkpoint, request, place }, job);
      return true;
    });
    if (saved)
      tell(copied ? 'The weights are saved: beside the document, every program finds them' : 'The weights are saved');
  } catch (error) {
    if (!(error instanceof SaveError || error instanceof PlatformError)) throw error;
    tell(error.message, 'error');
  }
}

export function drawWeights(app: App): void {
  const { document, dispatch } = app.document.getState();
  dispatch(setWeights(document, undefined));
}
