import { expect, test } from 'vitest';
import { apply } from './diff.ts';
import { moveNodes, setParam, setSeed, type Edit } from './edits.ts';
import { emptyHistory, MAX_STEPS, record, redo, seal, undo, type History } from './history.ts';
import type { PatchbayDocument } from './schema.ts';
import { stackDocument } from './testing/documents.ts';

const START = stackDocument();

/** Makes edits in turn, and records each. */
function after(...makes: readonly ((document: PatchbayDocument) => Edit)[]): {
  document: PatchbayDocument;
  history: History;
} {
  let [document, history] = [START, emptyHistory];
  for (const make of makes) {
    const edit = make(document);
    document = apply(document, edit.diff);
    history = record(history, edit);
  }
  return { document, history };
}

const eps = (value: number) => (document: PatchbayDocument) => setParam(document, 'Model', 'norm', 'eps', value);
const drag = (x: number, gesture: string) => (document: PatchbayDocument) =>
  moveNodes(document, 'Model', new Map([['norm', [x, 0]]]), gesture);

test('edits with one key are one step; the step has the first state before and the last after', () => {
  const { document, history } = after(eps(1), eps(2), eps(3));
  expect(history.past).toHaveLength(1);
  const step = undo(history, document)!;
  expect(step.document).toEqual(START);
  expect(step.edit.title).toBe('Set eps of norm');
  expect(redo(step.history, step.document)!.document).toEqual(document);
});

test('another key, another gesture, a seal or an undo in between begins a new step', () => {
  expect(after(eps(1), (document) => setSeed(document, 1), eps(2)).history.past).toHaveLength(3);
  expect(after(drag(10, 'a'), drag(20, 'a'), drag(30, 'b')).history.past).toHaveLength(2);
  const one = after(eps(1));
  expect(record(seal(one.history), eps(2)(one.document)).past).toHaveLength(2);
  const two = after(eps(1), (document) => setSeed(document, 1));
  const undone = undo(two.history, two.document)!;
  const next = record(undone.history, eps(2)(undone.document));
  expect(next.past).toHaveLength(2);
  expect(next.future).toEqual([]);
});

test('a burst that ends where it began leaves nothing, and an edit that changes nothing is no step', () => {
  expect(after(drag(10, 'a'), drag(0, 'a')).history.past).toEqual([]);
  expect(after((document) => setSeed(document, document.seed)).history).toBe(emptyHistory);
});

test('there is nothing to undo at the start, nor to redo at the end', () => {
  expect(undo(emptyHistory, START)).toBeNull();
  expect(redo(after(eps(1)).history, START)).toBeNull();
});

test('the oldest steps are forgotten', () => {
  const edit: Edit = { title: 'x', diff: setSeed(START, 1).diff };
  let history = emptyHistory;
  for (let step = 0; step < MAX_STEPS + 10; step++) history = record(history, edit);
  expect(history.past).toHaveLength(MAX_STEPS);
});
