/** What a session does to the journal, as plain data: for tests that stop it on the way. */
import type { JournalFolder } from '../journal.ts';

export type JournalChange =
  | { readonly kind: 'write' | 'append'; readonly id: string; readonly text: string }
  | { readonly kind: 'discard'; readonly id: string };

/** @param open The entries of documents that are open, which it keeps up to date. */
export async function make(journal: JournalFolder, change: JournalChange, open: Set<string>): Promise<void> {
  switch (change.kind) {
    case 'write': {
      open.add(change.id);
      const bytes = new TextEncoder().encode(change.text);
      return await journal.write({ id: change.id, name: 'vit', file: null, bytes }, open);
    }
    case 'append':
      return await journal.append(change.id, new TextEncoder().encode(change.text));
    case 'discard':
      open.delete(change.id);
      return await journal.discard(change.id);
    default:
      return change satisfies never;
  }
}

/** Two documents that are edited in turns, one of them saved and edited again, one let go. */
export function changesOf(): readonly JournalChange[] {
  return [
    { kind: 'write', id: 'a', text: 'the first document' },
    { kind: 'append', id: 'a', text: ' edited' },
    { kind: 'write', id: 'b', text: 'another document' },
    { kind: 'append', id: 'a', text: ' twice' },
    { kind: 'append', id: 'b', text: ' edited' },
    { kind: 'discard', id: 'a' },
    { kind: 'write', id: 'a', text: 'the first one after its save' },
    { kind: 'write', id: 'b', text: 'the other one anew' },
    { kind: 'append', id: 'a', text: ' and an edit' },
    { kind: 'discard', id: 'b' },
  ];
}
