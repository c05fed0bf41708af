/** Commands that help to understand a graph: compare it with another, or with itself at another moment; show its times. */
import { apply, invert } from '../../graph/diff.ts';
import type { App } from '../app-context.ts';
import { messageOf } from '../session/message-of.ts';
import type { ComparedWith } from '../stores/view.ts';
import type { Command } from './command.ts';
import { all, onEditor } from './conditions.ts';
import { withProgress } from './with-progress.ts';
import { GivenUpError, withHashing } from './with-hashing.ts';

export const UNDERSTAND_COMMANDS: readonly Command[] = [
  {
    id: 'view.compare-saved',
    title: 'Compare with the saved file',
    group: 'compare',
    when: all(onEditor, (app) => app.document.getState().savedDocument !== null || 'No file holds this document'),
    run: (app) => {
      const { savedDocument: document, file } = app.document.getState();
      if (document) compareWith(app, { document, name: 'the saved file', file });
    },
  },
  {
    id: 'view.compare-file',
    title: 'Compare with a file…',
    group: 'compare',
    when: onEditor,
    run: compareWithFile,
  },
  {
    id: 'view.compare-weights',
    title: 'Compare with other weights…',
    group: 'compare',
    when: onEditor,
    run: compareWithWeights,
  },
  {
    id: 'view.compare-values',
    title: 'Compare the values',
    group: 'compare',
    when: all(
      onEditor,
      (app) => app.view.getState().compared !== null || 'Nothing is compared: choose with what first',
    ),
    run: (app) => app.comparison.start(),
  },
  {
    id: 'view.compare-step',
    title: 'Compare with the step before',
    group: 'compare',
    when: all(onEditor, (app) => app.document.getState().history.past.length > 0 || 'Nothing has been edited yet'),
    run: (app) => {
      const { document, history, file } = app.document.getState();
      const edit = history.past.at(-1);
      if (edit)
        compareWith(app, { document: apply(document, invert(edit.diff)), name: `before “${edit.title}”`, file });
    },
  },
  {
    id: 'view.compare-now',
    title: 'Compare what follows with how it is now',
    group: 'compare',
    when: onEditor,
    run: (app) => {
      const { document, history, file } = app.document.getState();
      const step = history.past.at(-1)?.title;
      const name = step === undefined ? 'how it was opened' : `how it was after “${step}”`;
      compareWith(app, { document, name, file });
    },
  },
  {
    id: 'view.heat',
    title: 'Show or hide the time per node',
    group: 'view',
    keys: ['Shift+T'],
    when: onEditor,
    run: (app) => {
      const { heat, setHeat } = app.view.getState();
      setHeat(!heat);
    },
  },
];

function compareWith(app: App, compared: ComparedWith): void {
  app.view.getState().setCompared(compared);
}

async function compareWithFile(app: App): Promise<void> {
  const opened = await app.platform.openFile();
  if (!opened) return;
  try {
    const { name, file, bytes } = opened;
    const parsed = await withProgress(app, `Opening ${name}`, (job) => app.files.parse(bytes, job));
    if (parsed) compareWith(app, { document: parsed.document, name, file });
  } catch (error) {
    app.notices.getState().tell(`${opened.name} cannot be compared: ${messageOf(error)}`, 'error');
  }
}

/** This document with a checkpoint of the person's choice, in numbers: the graph is the same. */
async function compareWithWeights(app: App): Promise<void> {
  const { tell } = app.notices.getState();
  try {
    const { file: own } = app.document.getState();
    const weights = await withHashing(app.notices, (job) => app.checkpoints.pick(own, null, job));
    if (!weights) return;
    const { document, file } = app.document.getState();
    compareWith(app, { document: { ...document, weights }, name: weights.path.split('/').at(-1)!, file });
    app.comparison.start();
  } catch (error) {
    if (!(error instanceof GivenUpError)) tell(messageOf(error), 'error');
  }
}
