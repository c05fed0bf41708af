/**
 * Writes nodes/releases/version-N.patchbay for today's version of the file format: a module for every case of a node
 * whose numbers PyTorch gave, and every other node type beside them. To be run when a node type is added; files of earlier
 * versions are never written again, as they stand for what people have on their disks.
 *
 *     node scripts/release-example.ts
 */
import { writeFile } from 'node:fs/promises';
import { formatDocument } from '../graph/file.ts';
import { FORMAT_VERSION, type GraphModule, type PatchbayDocument } from '../graph/schema.ts';
import { NODES } from '../nodes/registry.ts';
import { caseDocument, NODE_CASES } from '../nodes/testing/cases.ts';
import { casesByModule } from '../nodes/testing/releases.ts';

const cases = [...casesByModule(NODE_CASES)].map(([name, nodeCase]): GraphModule => {
  const [main] = caseDocument(nodeCase).modules;
  return { ...main!, name };
});
const covered = new Set(cases.flatMap(({ nodes }) => nodes.flatMap((node) => ('type' in node ? [node.type] : []))));
const document: PatchbayDocument = {
  format: 'patchbay',
  version: FORMAT_VERSION,
  seed: 0,
  main: 'Others',
  presets: [],
  modules: [
    {
      name: 'Others',
      hyperparameters: [],
      nodes: [...NODES.keys()]
        .filter((type) => !covered.has(type))
        .map((type, index) => ({ id: type, name: type, type, position: [index * 240, 0] })),
      edges: [],
    },
    ...cases,
  ],
  assets: [],
};
await writeFile(
  new URL(`../nodes/releases/version-${FORMAT_VERSION}.patchbay`, import.meta.url),
  formatDocument(document),
);
