/** Grouping nodes and taking groups apart leaves what is computed as it was: values keep their recipes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { valueKeys } from '../gpu/ir/key.ts';
import { analyse } from '../graph/analyse.ts';
import { apply } from '../graph/diff.ts';
import { EditError, groupNodes, ungroupNode, type Edit } from '../graph/edits.ts';
import { childPath, portPath, type InstanceTree } from '../graph/instance.ts';
import { isInstance, type PatchbayDocument } from '../graph/schema.ts';
import { lower } from '../nodes/lower.ts';
import { NODES } from '../nodes/registry.ts';
import { planSources } from '../nodes/sources.ts';
import { planWeights } from '../nodes/weights.ts';
import { runs } from '../scripts/effort.ts';
import { TEMPLATES } from './registry.ts';

const DOCUMENTS = await Promise.all(
  TEMPLATES.filter(({ name }) => name !== 'blank').map(async ({ name, load }) => ({ name, document: await load() })),
);

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
    drawn: Array.from(weights.values(), ({ shape, from }) => JSON.stringify([shape, from])),
  };
}

/** Path of some instance of a module, through first layers. */
function pathOf(tree: InstanceTree, module: string): string | undefined {
  const found = [...tree.byPath.values()].find((one) => one.kind === 'module' && one.module === module);
  return found?.path;
}

test('a group computes what its nodes did, and so do the nodes when they are taken out again', () => {
  let grouped = 0;
  const scene = fc.constantFrom(...DOCUMENTS).chain(({ name, document }) =>
    fc.constantFrom(...document.modules.filter(({ nodes }) => nodes.length > 2)).chain((module) =>
      fc
        .subarray(
          module.nodes.map(({ id }) => id),
          { minLength: 1, maxLength: 6 },
        )
        .map((picked) => ({ name, document, module, picked })),
    ),
  );
  fc.assert(
    fc.property(scene, ({ document, module, picked }) => {
      const before = computed(document);
      const path = pathOf(before.tree, module.name);
      const nameOf = new Map(module.nodes.map(({ id, name }) => [id, name]));
      const typeOf = (id: string, port: string) =>
        path === undefined ? undefined : before.inference.outputs.get(portPath(childPath(path, nameOf.get(id)!), port));
      let edit: Edit;
      try {
        edit = groupNodes(document, NODES, module.name, picked, { typeOf });
      } catch (error) {
        if (error instanceof EditError) return;
        throw error;
      }
      const group = apply(document, edit.diff);
      const after = computed(group);
      // Nodes that stood between others are drawn in another order, and are other numbers by that.
      if (JSON.stringify(after.drawn) !== JSON.stringify(before.drawn)) return;
      grouped += 1;
      expect(after.outputs).toEqual(before.outputs);
      const apart = apply(group, ungroupNode(group, NODES, module.name, edit.place!.nodeIds[0]!).diff);
      expect(computed(apart).outputs).toEqual(before.outputs);
    }),
    { numRuns: runs(30) },
  );
  expect(grouped).toBeGreaterThan(5);
});

test('every shipped module can be taken apart where it stands', () => {
  for (const { name, document } of DOCUMENTS) {
    const before = computed(document);
    for (const module of document.modules) {
      for (const node of module.nodes) {
        if (!isInstance(node) || node.repeat !== undefined || node.shares !== undefined) continue;
        const apart = apply(document, ungroupNode(document, NODES, module.name, node.id).diff);
        const after = computed(apart);
        expect(after.outputs, `${name}: ${module.name}.${node.name}`).toEqual(before.outputs);
      }
    }
  }
});
