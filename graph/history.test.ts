import { expect, test } from 'vitest';
import { apply } from './diff.ts';
import { moveNodes, setParam, setSeed, type Edit } from './edits.ts';
import { documentAt, emptyHistory, record, redo, seal, stepsOf, undo, walk, type History } from './history.ts';
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
  expect(step.edit.title).toBe('Set eps of norm to 3');
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

test('no step is forgotten, however many there are', () => {
  const edits = Array.from({ length: 3000 }, (_, index) => (document: PatchbayDocument) => ({
    ...setSeed(document, index + 1),
    coalesce: `a step of its own: ${index}`,
  }));
  const { document, history } = after(...edits);
  expect(history.past).toHaveLength(3000);
  const start = walk(history, document, 0)!;
  expect(start.document).toEqual(START);
  expect(walk(start.history, start.document, 3000)).toMatchObject({
    document,
    history: { past: history.past, future: [] },
  });
});

test('one walks to any step, as by undoing and redoing one after the other', () => {
  const { document, history } = after(eps(1), (given) => setSeed(given, 1), drag(10, 'a'), drag(20, 'b'));
  const titles = stepsOf(history).map(({ title }) => title);
  expect(titles).toHaveLength(4);
  let [current, here] = [{ document, history }, 4];
  for (const position of [1, 3, 0, 4, 2]) {
    let stepwise = current;
    for (; here > position; here--) stepwise = undo(stepwise.history, stepwise.document)!;
    for (; here < position; here++) stepwise = redo(stepwise.history, stepwise.document)!;
    expect(documentAt(current.history, current.document, position)).toEqual(stepwise.document);
    const walked = walk(current.history, current.document, position)!;
    expect(walked).toEqual(stepwise);
    expect(stepsOf(walked.history).map(({ title }) => title)).toEqual(titles);
    current = walked;
  }
  expect(walk(current.history, current.document, 2)).toBeNull();
  for (const position of [-1, 5, 0.5]) {
    expect(() => walk(current.history, current.document, position)).toThrow(`there is no step ${position} of 4`);
  }
});
