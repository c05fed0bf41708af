/** Models of elsewhere come in: they open as new documents, with their weights, and a report says what became of them. */
import { analyse } from '../../graph/analyse.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { ImportError } from '../../import/import-error.ts';
import { checkpointFit, fitProblems } from '../../nodes/checkpoint.ts';
import { NODES } from '../../nodes/registry.ts';
import { parseRenamingRule } from '../../nodes/renaming.ts';
import { weightShapes } from '../../nodes/weights.ts';
import type { App } from '../app-context.ts';
import type { ImportedModel } from '../import/model-imports.ts';
import type { ShownReport } from '../import/report.ts';
import { whichModel } from '../import/which-model.ts';
import type { ModelFiles } from '../platform/platform.ts';
import { CheckpointError } from '../session/checkpoints.ts';
import { messageOf } from '../session/message-of.ts';
import type { Command } from './command.ts';
import { always } from './conditions.ts';
import { openImported } from './documents.ts';
import { withHashing, GivenUpError } from './with-hashing.ts';
import { tellNonFinite } from './weights-commands.ts';
import { withProgress } from './with-progress.ts';

export const IMPORT_COMMANDS: readonly Command[] = [
  {
    id: 'file.import-model',
    title: 'Import model…',
    group: 'file',
    keys: ['Mod+Shift+O'],
    when: always,
    run: importWithDialog,
  },
];

export async function importWithDialog(app: App): Promise<void> {
  const { button } = await app.notices.getState().ask({
    title: 'Import a model',
    message:
      'It opens as a new graph, with its weights. A Hugging Face folder has a config.json and .safetensors files: ViT, CLIP, SigLIP, or one encoder of those. An .onnx file may be of any transformer; where its numbers lie in other files, choose those with it.',
    buttons: [
      { id: 'cancel', label: 'Cancel' },
      { id: 'folder', label: 'Hugging Face folder…' },
      { id: 'file', label: 'ONNX file…', kind: 'primary' },
    ],
  });
  if (button !== 'file' && button !== 'folder') return;
  const chosen = await app.platform.pickModel(button);
  if (chosen) await importFiles(app, chosen);
}

/** Opens the model of these files; what is none is told, and what was open stays. */
export async function importFiles(
  app: App,
  chosen: ModelFiles,
  sizes: ReadonlyMap<string, number> = new Map(),
): Promise<void> {
  const { name } = chosen;
  try {
    const request = whichModel(chosen, sizes);
    const imported = await withProgress(app, `Importing ${name}`, (job) => app.models.read(request, job));
    if (!imported) return;
    const { document, report } = await withWeights(app, chosen, imported);
    openImported(app, document, titleOf(name));
    app.view.getState().setImported(report);
  } catch (error) {
    if (error instanceof GivenUpError) return;
    if (!(error instanceof ImportError || error instanceof CheckpointError)) throw error;
    await app.notices.getState().ask({
      title: `${name} cannot be imported`,
      message: 'Nothing was opened, and what was open is unchanged.',
      detail: messageOf(error),
      buttons: [{ id: 'close', label: 'Close', kind: 'primary' }],
    });
  }
}

/** The document with its weights, and what there is to tell of it. */
async function withWeights(
  app: App,
  chosen: ModelFiles,
  imported: ImportedModel,
): Promise<{ readonly document: PatchbayDocument; readonly report: ShownReport }> {
  const { name } = chosen;
  const { document, report } = imported;
  if (imported.kind === 'onnx') {
    const { weights, openSizes } = imported;
    const path = `${titleOf(name)}.safetensors`;
    const named = weights === null ? document : { ...document, weights: { path, sha256: weights } };
    const again = openSizes.length > 0 ? { chosen, sizes: openSizes } : null;
    return {
      document: named,
      report: { name, ...report, weights: weights === null ? 'none' : 'kept', misfits: [], proposed: null, again },
    };
  }
  const adopted = await withHashing(app.notices, (job) =>
    app.platform.adoptCheckpoint(chosen.files, imported.weights, job),
  );
  const { reference, checkpoint } = await app.checkpoints.take(adopted);
  const { tree } = analyse(document, NODES);
  const ruled = { ...checkpoint, rules: imported.rename.map(parseRenamingRule) };
  const fit = checkpointFit(weightShapes(tree), ruled);
  void tellNonFinite(app, checkpoint, fit);
  const misfits = fitProblems(fit, tree, ruled).map(({ message }) => message);
  const rename = imported.rename.length > 0 && { rename: [...imported.rename] };
  // Weights of which some are not the graph's are none: those that the seed draws can be told apart from them.
  const weights = misfits.length === 0 && { weights: { ...reference, ...rename } };
  const proposed = misfits.length > 0 ? { reference, checkpoint, rename: imported.rename } : null;
  const facts = [...report.facts, ['weights that matched', String(fit.matched.length)] as const];
  return {
    document: { ...document, ...weights },
    report: { name, facts, notes: report.notes, weights: 'beside', misfits, proposed, again: null },
  };
}

function titleOf(name: string): string {
  return name.replace(/\.onnx$/i, '');
}
