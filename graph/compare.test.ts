import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../scripts/effort.ts';
import { compareDocuments, isSame } from './compare.ts';
import { apply } from './diff.ts';
import { connect, moveNodes, removeNodes, renameNode, setParam, setSeed, type Edit } from './edits.ts';
import type { PatchbayDocument } from './schema.ts';
import { makers, madeFrom } from './testing/arbitrary-edits.ts';
import { stackDocument } from './testing/documents.ts';

const START = stackDocument();
const applied = (document: PatchbayDocument, edit: Edit): PatchbayDocument => apply(document, edit.diff);

/** A node as a file tells it, without where it stands, and the wires that lead to it; by `module/id`. */
function told(document: PatchbayDocument): ReadonlyMap<string, string> {
  const nodes = document.modules.flatMap((module) =>
    module.nodes.map((node): [string, string] => {
      const { id, position: _, size: __, ...rest } = node;
      const { params = {}, ...head } = rest;
      const wires = module.edges.filter(({ to }) => to[0] === id).map(({ from, to }) => [from, to]);
      const sorted = wires.map((wire) => JSON.stringify(wire)).toSorted();
      const fields = [Object.entries(head), Object.entries(params)].map((list) =>
        list.map((entry) => JSON.stringify(entry)).toSorted(),
      );
      return [`${module.name}/${id}`, JSON.stringify([fields, sorted])];
    }),
  );
  return new Map(nodes);
}

test('every node that random edits changed is found, and none other', () => {
  fc.assert(
    fc.property(makers, (list) => {
      const { document } = madeFrom(START, list, applied);
      const [before, after] = [told(START), told(document)];
      const found = compareDocuments(START, document).nodes;
      const keys = found.map(({ module, nodeId }) => `${module}/${nodeId}`);
      const wanted = [...new Set([...before.keys(), ...after.keys()])].filter(
        (key) => before.get(key) !== after.get(key),
      );
      expect(keys.toSorted()).toEqual(wanted.toSorted());
      for (const [index, { kind }] of found.entries()) {
        const key = keys[index]!;
        expect(kind).toBe(!before.has(key) ? 'added' : !after.has(key) ? 'removed' : 'changed');
      }
    }),
    { numRuns: runs(300) },
  );
});

test('the other way round, what was added is removed and every change is turned', () => {
  fc.assert(
    fc.property(makers, (list) => {
      const { document } = madeFrom(START, list, applied);
      const forth = compareDocuments(START, document);
      const back = compareDocuments(document, START);
      const turned = { added: 'removed', removed: 'added', changed: 'changed' } as const;
      const tell = ({ nodes }: typeof forth, turn: boolean): readonly string[] =>
        nodes
          .map(({ kind, module, nodeId, fields }) =>
            JSON.stringify([
              turn ? turned[kind] : kind,
              module,
              nodeId,
              fields
                .map(({ field, before, after }) =>
                  JSON.stringify([field, turn ? after : before, turn ? before : after]),
                )
                .toSorted(),
            ]),
          )
          .toSorted();
      expect(tell(back, true)).toEqual(tell(forth, false));
    }),
    { numRuns: runs(100) },
  );
});

test('a document is the same as itself, and as itself moved', () => {
  expect(isSame(compareDocuments(START, structuredClone(START)))).toBe(true);
  const main = START.modules.find(({ name }) => name === START.main)!;
  const moved = moveNodes(START, main.name, new Map(main.nodes.map(({ id }) => [id, [7, 9] as const])));
  expect(isSame(compareDocuments(START, applied(START, moved)))).toBe(true);
});

test('each change is told with what it was and is', () => {
  const main = START.modules.find(({ name }) => name === START.main)!;
  const [first, second] = main.nodes as [(typeof main.nodes)[0], (typeof main.nodes)[0]];
  const only = (edit: Edit) => compareDocuments(START, applied(START, edit));

  expect(only(setParam(START, main.name, first.id, 'no_such', 3)).nodes).toMatchObject([
    { kind: 'changed', nodeId: first.id, fields: [{ field: 'no_such', before: undefined, after: 3 }] },
  ]);
  expect(only(renameNode(START, main.name, first.id, 'renamed')).nodes).toMatchObject([
    { kind: 'changed', name: 'renamed', fields: [{ field: 'name', before: first.name, after: 'renamed' }] },
  ]);
  expect(only(connect(START, main.name, [first.id, 'output'], [second.id, 'nowhere'])).nodes).toMatchObject([
    { nodeId: second.id, fields: [{ field: 'input nowhere', before: undefined, after: `${first.id}.output` }] },
  ]);
  expect(only(removeNodes(START, main.name, [first.id])).nodes[0]).toBeDefined();
  expect(only(setSeed(START, START.seed + 1)).document).toEqual([
    { field: 'seed', before: START.seed, after: START.seed + 1 },
  ]);
});

test('another checkpoint is told by its name; the same file in another place is no difference', () => {
  const checkpointed = (path: string, digit: string) => ({ ...START, weights: { path, sha256: digit.repeat(64) } });
  expect(compareDocuments(checkpointed('a.safetensors', '0'), checkpointed('b.safetensors', '0')).document).toEqual([]);
  expect(compareDocuments(checkpointed('a.safetensors', '0'), checkpointed('a.safetensors', '1')).document).toEqual([
    { field: 'weights', before: 'a.safetensors (00000000)', after: 'a.safetensors (11111111)' },
  ]);
  expect(compareDocuments(START, checkpointed('a.safetensors', '0')).document).toEqual([
    { field: 'weights', before: 'drawn from the seed', after: 'a.safetensors (00000000)' },
  ]);
});
