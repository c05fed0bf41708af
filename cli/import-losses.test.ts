/** A published model that gets a loss is trained with that loss: its features are found where its authors made its scores. */
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { planExport } from '../export/pytorch/plan.ts';
import { exportSourceOf } from '../export/testing/source.ts';
import { parseDocument } from '../graph/file.ts';
import type { GraphNode, PatchbayDocument } from '../graph/schema.ts';
import { MODULES } from '../nodes/modules/registry.ts';
import { node, wire } from './testing/documents.ts';
import { SMALL, tensorsOf } from '../import/huggingface/testing/small-models.ts';
import { importing } from './testing/importing.ts';
import { testFolder } from './testing/in-process.ts';

const files = testFolder();
afterAll(files.remove);
const { folderOf, imported } = importing(files);

/** With the loss wired to the scores that are outputs. */
function withLoss(document: PatchbayDocument, module: string): PatchbayDocument {
  const [main, ...others] = document.modules;
  const sourceOf = (output: string): string => {
    const { id } = main!.nodes.find(({ name, type }) => name === output && type === 'output')!;
    return main!.edges.find(({ to }) => to[0] === id)!.from.join('.');
  };
  const loss: GraphNode = { id: 'teaching', name: 'teaching', module, params: {}, position: [0, 0] };
  const edges = [
    ...main!.edges,
    wire(sourceOf('logits_per_image'), 'teaching.logits_per_image'),
    wire(sourceOf('logits_per_text'), 'teaching.logits_per_text'),
    wire('teaching.loss', 'loss.input'),
  ];
  const nodes = [...main!.nodes, loss, node('loss', 'output')];
  return { ...document, modules: [{ ...main!, nodes, edges }, ...others, MODULES.get(module)!] };
}

test.each([
  ['clip', 'ClipContrastiveLoss', ['images', 'texts', 'scale']],
  ['siglip', 'SigLIPLoss', ['images', 'texts', 'scale', 'bias']],
] as const)('%s', async (name, module, features) => {
  const { config, shapes } = SMALL[name];
  const { graph } = await imported(folderOf({ config, tensors: tensorsOf(shapes) }));
  const plan = planExport(exportSourceOf(withLoss(parseDocument(readFileSync(graph)).document, module)), []);
  expect(plan.losses).toMatchObject([{ output: 'loss', how: { kind: 'contrastive', loss: name } }]);
  expect(plan.features!.features.map((feature) => feature.name)).toEqual(features);
});
