/**
 * Somebody who edits without a pause and saves now and then, inside the page: so that a kill falls anywhere.
 *
 * Every state of the document says itself when it came about, in two places that one edit writes: nothing has to be
 * told to anybody before the kill, and a state that never was, half of one and half of another, shows.
 */
import type { ConsoleMessage, Page } from '@playwright/test';
import type { App } from '../../renderer/app-context.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { appOf } from '../support/application.ts';

/** What a state says of itself. */
export interface Stamp {
  /** On the machine's clock, in milliseconds. */
  readonly at: number;
  /** How long the machine took, at its worst until then, to run a timer and to ask the shell and the storage for something, in milliseconds. */
  readonly late: number;
}

const SAVED = 'saved at ';
const EDITED = 'edited: ';

/** Told what has happened in the page: late, or never, if the kill comes first. */
export interface Told {
  /** When the document that was saved came about. */
  readonly onSaved: (at: number) => void;
  readonly onEdited: (stamp: Stamp) => void;
}

/** Begins to edit, without an end. */
export async function editAtRandom(page: Page, seed: number, { onSaved, onEdited }: Told): Promise<void> {
  page.on('console', (message: ConsoleMessage) => {
    const text = message.text();
    if (text.startsWith(SAVED)) onSaved(Number(text.slice(SAVED.length)));
    if (text.startsWith(EDITED)) onEdited(JSON.parse(text.slice(EDITED.length)) as Stamp);
  });
  await (await appOf(page)).evaluate(edit, seed);
}

/** Null for a document that was never edited. @throws {Error} for one that is no state that there was. */
export function stampOf({ seed, modules }: PatchbayDocument): Stamp | null {
  const text = modules[0]!.notes?.find(({ id }) => id === 'stamp')?.text;
  if (text === undefined) throw new Error('the note is gone');
  if (text === '') return null;
  const stamp = JSON.parse(text) as Stamp;
  if (seed !== stamp.at) throw new Error(`half of one state and half of another: ${seed}, ${text}`);
  return stamp;
}

/** Runs in the page: it sees nothing of this file. */
function edit(app: App, seed: number): void {
  let state = seed;
  /** The next of 0 to n - 1: a linear congruential generator. */
  const next = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const late = { timer: 0, shell: 0, storage: 0 };
  const ask = async (of: 'shell' | 'storage', question: () => Promise<unknown>) => {
    const begun = Date.now();
    await question();
    late[of] = Math.max(late[of], Date.now() - begun);
    setTimeout(() => void ask(of, question), 50);
  };
  void ask('shell', () => app.platform.recentFiles());
  void ask('storage', async () => {
    const folder = await navigator.storage.getDirectory();
    for await (const name of folder.keys()) if (name === '') return;
  });

  const run = (id: string) => {
    if (app.commands.get(id).when(app) === true) app.commands.run(id);
  };
  const stamp = () => {
    const { document, dispatch } = app.document.getState();
    const main = document.modules[0]!;
    const path = ['modules', main.name, 'notes', 'stamp', 'text'];
    const before = main.notes!.find(({ id }) => id === 'stamp')!.text;
    const at = Date.now();
    const after = JSON.stringify({ at, late: late.timer + late.shell + late.storage });
    dispatch({
      title: 'Stamp',
      diff: [
        { kind: 'set', path: ['seed'], before: document.seed, after: at },
        { kind: 'set', path, before, after },
      ],
      ...(next(2) === 0 && { coalesce: 'stamp' }),
    });
    console.debug(`edited: ${after}`);
  };
  const others: readonly (() => void)[] = [
    () => {
      run('edit.select-all');
      const { nodes, notes } = app.document.getState().document.modules[0]!;
      // A document that stays small: what is tried here is the moment, not the size.
      run(nodes.length + notes!.length > 12 ? 'edit.delete' : 'edit.duplicate');
    },
    () => run('edit.undo'),
    () => run('edit.redo'),
    () => run('edit.mute'),
  ];
  app.document.subscribe(({ savedDocument }, before) => {
    if (savedDocument && savedDocument !== before.savedDocument) console.debug(`saved at ${savedDocument.seed}`);
  });
  let due = Date.now();
  const step = () => {
    late.timer = Math.max(late.timer, Date.now() - due);
    // Stamped in the same task: what goes between is no state that anybody sees.
    if (next(3) === 0) others[next(others.length)]!();
    // The note among what was deleted: it comes back, as a person would bring it.
    while (!app.document.getState().document.modules[0]!.notes?.some(({ id }) => id === 'stamp')) run('edit.undo');
    stamp();
    if (next(12) === 0) run('file.save');
    const wait = next(4) === 0 ? next(120) : next(25);
    due = Date.now() + wait;
    setTimeout(step, wait);
  };
  step();
}
