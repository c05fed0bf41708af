/** Grouping nodes and taking groups apart leaves what is computed as it was: values keep their recipes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { valueKeys } from '../../gpu/ir/key.ts';
import { analyse } from '../../graph/analyse.ts';
import { apply } from '../../graph/diff.ts';
import { EditError, groupNodes, renameNode, ungroupNode, type Edit } from '../../graph/edits.ts';
import { childPath, portPath, type InstanceTree } from '../../graph/instance.ts';
import { isInstance, type GraphNode, type PatchbayDocument } from '../../graph/schema.ts';
import { lower } from '../../nodes/lower.ts';
import { NODES } from '../../nodes/registry.ts';
import { planSources } from '../../nodes/sources.ts';
import { planWeights } from '../../nodes/weights.ts';
import { runs } from '../../scripts/effort.ts';
import { TEMPLATES } from '../../templates/registry.ts';

const DOCUMENTS: ReadonlyMap<string, PatchbayDocument> = new Map(
  await Promise.all(
    TEMPLATES.filter(({ name }) => name !== 'blank').map(async ({ name, load }) => [name, await load()] as const),
  ),
);

function nodesOf(document: PatchbayDocument, module: string): readonly GraphNode[] {
  return document.modules.find(({ name }) => name === module)!.nodes;
}

/** Keys of all outputs, which tell their recipes apart, and the weights in the order in which they are drawn. */
function computed(document: PatchbayDocument) {
  const { tree, inference, problems } = analyse(document, NODES);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const weights = planWeights(tree, document.seed).recipes;
  const sources = planSources(tree, inference, document).keys;
  const { graph } = lower(tree, inference, { weights, sources });
  const keys = valueKeys(graph);
  return {
    tree,
    inference,
    outputs: new Map(graph.outputs.map(({ name, value }) => [name, keys.get(value)])),
    // By the names of node and weight, which a group leaves as they are.
    drawn: Array.from(weights.keys(), (path) => path.split('.').slice(-2).join('.')),
  };
}

/** Null where the edit cannot be made, which is said in a sentence. */
function unlessRefused(make: () => Edit): Edit | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof EditError) return null;
    throw error;
  }
}

/** Path of some instance of a module, through first layers. */
function pathOf(tree: InstanceTree, module: string): string | undefined {
  const found = [...tree.byPath.values()].find((one) => one.kind === 'module' && one.module === module);
  return found?.path;
}

test('a group computes what its nodes did, and so do the nodes when they are taken out again', () => {
  let grouped = 0;
  // Names and places only: a counterexample is to be read.
  const scene = fc.constantFrom(...DOCUMENTS.keys()).chain((name) =>
    fc.constantFrom(...DOCUMENTS.get(name)!.modules.map((module) => module.name)).chain((module) => {
      const ids = nodesOf(DOCUMENTS.get(name)!, module).map(({ id }) => id);
      const picked = fc.subarray(ids, { minLength: 1, maxLength: Math.min(6, ids.length) });
      return picked.map((picked) => ({ name, module, picked }));
    }),
  );
  fc.assert(
    fc.property(scene, ({ name, module, picked }) => {
      const document = DOCUMENTS.get(name)!;
      const before = computed(document);
      const path = pathOf(before.tree, module);
      const nameOf = new Map(nodesOf(document, module).map(({ id, name }) => [id, name]));
      const typeOf = (id: string, port: string) =>
        path === undefined ? undefined : before.inference.outputs.get(portPath(childPath(path, nameOf.get(id)!), port));
      const edit = unlessRefused(() => groupNodes(document, NODES, module, picked, { typeOf }));
      if (!edit) return;
      const group = apply(document, edit.diff);
      const after = computed(group);
      // Nodes that stood between others are drawn in another order, and are other numbers by that.
      if (JSON.stringify(after.drawn) !== JSON.stringify(before.drawn)) return;
      grouped += 1;
      expect(after.outputs).toEqual(before.outputs);
      const apart = apply(group, ungroupNode(group, NODES, module, edit.place!.nodeIds[0]!).diff);
      expect(computed(apart).outputs).toEqual(before.outputs);
    }),
    { numRuns: runs(30) },
  );
  expect(grouped).toBeGreaterThan(5);
});

test('a text that reads the captions of pictures stays beside them', () => {
  const document = DOCUMENTS.get('retrieval')!;
  const group = (...ids: readonly string[]) => groupNodes(document, NODES, 'Retrieval', ids);
  for (const one of ['input_ids', 'pixel_values']) {
    expect(() => group(one)).toThrow(
      'input_ids reads pixel_values, which must stand beside it: select both, or neither',
    );
  }
  const together = apply(document, group('input_ids', 'pixel_values').diff);
  expect(computed(together).outputs).toEqual(computed(document).outputs);
  const renamed = apply(document, renameNode(document, 'Retrieval', 'pixel_values', 'photos', NODES).diff);
  expect(computed(renamed).outputs).toEqual(computed(document).outputs);
});

test('modules can be taken apart where they stand', () => {
  let taken = 0;
  for (const [name, document] of DOCUMENTS) {
    const before = computed(document);
    for (const module of document.modules) {
      for (const node of module.nodes) {
        if (!isInstance(node) || node.repeat !== undefined || node.shares !== undefined) continue;
        const edit = unlessRefused(() => ungroupNode(document, NODES, module.name, node.id));
        if (!edit) continue;
        taken += 1;
        const after = computed(apply(document, edit.diff));
        expect(after.outputs, `${name}: ${module.name}.${node.name}`).toEqual(before.outputs);
      }
    }
  }
  expect(taken).toBeGreaterThan(10);
});
