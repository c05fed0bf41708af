import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../scripts/effort.ts';
import { EditError } from './changes.ts';
import { compareDocuments, isSame } from './compare.ts';
import { applyDelta, deltaBetween } from './delta.ts';
import { apply, invert, squash, type Diff } from './diff.ts';
import { formatDocument, parseDocument } from './file.ts';
import { FORMAT_VERSION, type GraphNode, type PatchbayDocument } from './schema.ts';
import { arbitraryDocument, kindsOf } from './testing/arbitrary-documents.ts';
import { makers, type Maker } from './testing/arbitrary-edits.ts';
import { LIBRARY } from './testing/library.ts';

const documents = arbitraryDocument(kindsOf(LIBRARY));
const RUNS = { numRuns: runs(80) };

/** Edits that can be made in turn, with every document on the way. */
function made(start: PatchbayDocument, list: readonly Maker[]) {
  const states = [start];
  const diffs: Diff[] = [];
  for (const make of list) {
    try {
      const edit = make(states.at(-1)!);
      if (!edit) continue;
      states.push(apply(states.at(-1)!, edit.diff));
      diffs.push(edit.diff);
    } catch (error) {
      // The document may have faults that an edit runs into, and tells.
      if (!(error instanceof EditError)) throw error;
    }
  }
  return { states, diffs };
}

test('any document is written and read back the same, and written the same again', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const text = formatDocument(document);
      const read = parseDocument(text);
      expect(read.document).toStrictEqual(document);
      expect(read.readOnly).toBe(false);
      expect(formatDocument(read.document)).toBe(text);
      expect(parseDocument(new TextEncoder().encode(text)).document).toStrictEqual(document);
    }),
    RUNS,
  );
});

test('the order in which fields came makes no other text', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, field]) => [key, reversed(field)]),
    );
  };
  fc.assert(
    fc.property(documents, (document) => {
      // Of fields that nobody knows, and of parameters, the order is the file's own.
      const sorted = (text: string): unknown => JSON.parse(text);
      expect(sorted(formatDocument(reversed(document) as PatchbayDocument))).toEqual(sorted(formatDocument(document)));
      expect(formatDocument(reversed(reversed(document)) as PatchbayDocument)).toBe(formatDocument(document));
    }),
    RUNS,
  );
});

test('a document becomes any other by what lies between them; between it and itself lies nothing', () => {
  fc.assert(
    fc.property(documents, documents, (a, b) => {
      const delta = deltaBetween(a, b);
      const after = delta ? applyDelta(a, JSON.parse(JSON.stringify(delta))) : a;
      expect(formatDocument(after as PatchbayDocument)).toBe(formatDocument(b));
      expect(deltaBetween(a, structuredClone(a))).toBeNull();
      expect(isSame(compareDocuments(a, structuredClone(a)))).toBe(true);
    }),
    RUNS,
  );
});

test('edits of any document: each is taken back and made again, alone and squashed, to the byte', () => {
  fc.assert(
    fc.property(documents, makers, fc.nat(), (start, list, cut) => {
      const { states, diffs } = made(start, list);
      const texts = states.map(formatDocument);
      for (const [index, diff] of diffs.entries()) {
        expect(formatDocument(apply(states[index + 1]!, invert(diff)))).toBe(texts[index]);
        expect(formatDocument(apply(apply(states[index + 1]!, invert(diff)), diff))).toBe(texts[index + 1]);
      }
      const at = diffs.length === 0 ? 0 : cut % diffs.length;
      const first = diffs.slice(0, at).reduce<Diff>(squash, []);
      const second = diffs.slice(at).reduce<Diff>(squash, []);
      const whole = squash(first, second);
      const end = states.at(-1)!;
      expect(formatDocument(apply(start, whole))).toBe(texts.at(-1));
      expect(formatDocument(apply(end, invert(whole)))).toBe(texts[0]);
      expect(formatDocument(apply(end, invert(second)))).toBe(texts[at]);
      expect(parseDocument(texts.at(-1)!).document).toStrictEqual(end);
    }),
    RUNS,
  );
});

/** What a comparison looks at in a node: all but where it stands, and what is wired into it. */
function contentOf(document: PatchbayDocument, module: string, id: string): string | undefined {
  const found = document.modules.find(({ name }) => name === module);
  const node = found?.nodes.find((one) => one.id === id);
  if (!found || !node) return undefined;
  const { position: _, size: __, params = {}, ...content }: GraphNode = node;
  const wires = found.edges.filter(({ to }) => to[0] === id).map(({ from, to }) => [to[1], ...from].join('\n'));
  return JSON.stringify([canonical({ ...content, params }), wires.toSorted()]);
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, field]) => [key, canonical(field)])
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

test('a comparison lists every node that differs, and no other', () => {
  fc.assert(
    fc.property(documents, makers, (before, list) => {
      const after = made(before, list).states.at(-1)!;
      const listed = compareDocuments(before, after).nodes.map(
        ({ module, nodeId, kind }) => `${module}/${nodeId} ${kind}`,
      );
      const keys = new Set(
        [before, after].flatMap(({ modules }) =>
          modules.flatMap(({ name, nodes }) => nodes.map(({ id }) => `${name}/${id}`)),
        ),
      );
      const wanted = [...keys].flatMap((key) => {
        const [module, id] = key.split('/') as [string, string];
        const [was, is] = [contentOf(before, module, id), contentOf(after, module, id)];
        if (was === is) return [];
        return [`${key} ${was === undefined ? 'added' : is === undefined ? 'removed' : 'changed'}`];
      });
      expect(listed.toSorted()).toEqual(wanted.toSorted());
    }),
    RUNS,
  );
});

test('a document of a newer version is shown as it came, and is read-only', () => {
  fc.assert(
    fc.property(documents, fc.integer({ min: 1, max: 9 }), (document, ahead) => {
      const newer = { ...document, version: FORMAT_VERSION + ahead };
      const read = parseDocument(formatDocument(newer));
      expect(read.document).toStrictEqual(newer);
      expect(read.readOnly).toBe(true);
      expect(formatDocument(read.document)).toBe(formatDocument(newer));
    }),
    RUNS,
  );
});
