/** Edits of notes and frames: what stands on the canvas beside the graph. */
import { createChanges, moduleNamed, pointOf, type Changes, type Point } from './changes.ts';
import type { Edit } from './edit.ts';
import type { Frame, GraphModule, Note, PatchbayDocument } from './schema.ts';

export interface DecorationRef {
  readonly kind: 'note' | 'frame';
  readonly id: string;
}

/** Adds a note; `decoration` is how the canvas finds it again. */
export function addNote(
  document: PatchbayDocument,
  moduleName: string,
  note: Pick<Note, 'text' | 'position' | 'size'>,
): { readonly edit: Edit; readonly decoration: DecorationRef } {
  const module = moduleNamed(document, moduleName);
  const id = freeId(module.notes, 'note');
  return {
    edit: insert(document, module, 'notes', { ...note, id }, 'Add a note'),
    decoration: { kind: 'note', id },
  };
}

/** Adds a frame. */
export function addFrame(
  document: PatchbayDocument,
  moduleName: string,
  frame: Pick<Frame, 'title' | 'position' | 'size'>,
): { readonly edit: Edit; readonly decoration: DecorationRef } {
  const module = moduleNamed(document, moduleName);
  const id = freeId(module.frames, 'frame');
  return {
    edit: insert(document, module, 'frames', { ...frame, id }, 'Add a frame'),
    decoration: { kind: 'frame', id },
  };
}

/** Sets a note's text or a frame's title. */
export function writeDecoration(document: PatchbayDocument, module: string, ref: DecorationRef, text: string): Edit {
  return change(document, module, [ref], ref.kind === 'note' ? 'Write a note' : 'Rename a frame', (changes, path) =>
    changes.set([...path, ref.kind === 'note' ? 'text' : 'title'], text),
  );
}

export function resizeDecoration(
  document: PatchbayDocument,
  module: string,
  ref: DecorationRef,
  size: Point,
  position: Point,
): Edit {
  return change(document, module, [ref], `Resize a ${ref.kind}`, (changes, path) => {
    changes.set([...path, 'size'], pointOf(size));
    changes.set([...path, 'position'], pointOf(position));
  });
}

export function removeDecorations(document: PatchbayDocument, module: string, refs: readonly DecorationRef[]): Edit {
  const title = refs.length === 1 ? `Delete a ${refs[0]!.kind}` : `Delete ${refs.length} notes and frames`;
  return change(document, module, refs, title, (changes, path) => changes.remove(path));
}

/** Moves notes and frames; `positions` runs along `refs`. */
export function moveDecorations(
  document: PatchbayDocument,
  module: string,
  refs: readonly DecorationRef[],
  positions: readonly Point[],
): Edit {
  const title = refs.length === 1 ? `Move a ${refs[0]!.kind}` : `Move ${refs.length} notes and frames`;
  return change(document, module, refs, title, (changes, path, index) =>
    changes.set([...path, 'position'], pointOf(positions[index]!)),
  );
}

/** Adds copies of notes and frames, with ids that are free. @returns what they are called. */
export function insertDecorations(
  changes: Changes,
  moduleName: string,
  { frames, notes }: { readonly frames: readonly Frame[]; readonly notes: readonly Note[] },
): readonly DecorationRef[] {
  const all = [
    ...frames.map((record) => ({ kind: 'frame', record }) as const),
    ...notes.map((record) => ({ kind: 'note', record }) as const),
  ];
  return all.map(({ kind, record }) => {
    const list = `${kind}s` as const;
    const id = freeId(moduleNamed(changes.document(), moduleName)[list], kind);
    insertRecord(changes, moduleName, list, { ...record, id });
    return { kind, id };
  });
}

function insert(
  document: PatchbayDocument,
  module: GraphModule,
  list: 'notes' | 'frames',
  record: Note | Frame,
  title: string,
): Edit {
  const changes = createChanges(document);
  insertRecord(changes, module.name, list, record);
  return { title, diff: changes.diff(), place: { module: module.name, nodeIds: [] } };
}

function insertRecord(changes: Changes, module: string, list: 'notes' | 'frames', made: Note | Frame): void {
  const record = { ...made, position: pointOf(made.position), size: pointOf(made.size) };
  if (moduleNamed(changes.document(), module)[list]) changes.insert(['modules', module, list, record.id], record);
  else changes.set(['modules', module, list], [record]);
}

function change(
  document: PatchbayDocument,
  module: string,
  refs: readonly DecorationRef[],
  title: string,
  make: (changes: Changes, path: readonly string[], index: number) => void,
): Edit {
  const changes = createChanges(document);
  refs.forEach(({ kind, id }, index) =>
    make(changes, ['modules', module, kind === 'note' ? 'notes' : 'frames', id], index),
  );
  return { title, diff: changes.diff(), place: { module, nodeIds: [] } };
}

function freeId(records: readonly { readonly id: string }[] | undefined, stem: string): string {
  const ids = new Set((records ?? []).map(({ id }) => id));
  let number = 1;
  while (ids.has(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}
