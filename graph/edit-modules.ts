/** Edits of the definitions behind instances. */
import { createChanges, EditError, moduleNamed, nodePath, nodeWithId } from './changes.ts';
import type { Edit } from './edit.ts';
import { isInstance, type PatchbayDocument } from './schema.ts';

/**
 * Gives an instance a definition of its own: a copy of its module under a new name, so that edits leave the other uses
 * as they are.
 * @throws {EditError} if the node is no instance of a module of the document.
 */
export function makeUnique(document: PatchbayDocument, moduleName: string, nodeId: string): Edit {
  const node = nodeWithId(moduleNamed(document, moduleName), nodeId);
  if (!isInstance(node)) throw new EditError(`${node.name} is no instance of a module`);
  const { origin: _, ...definition } = moduleNamed(document, node.module);
  const names = new Set(document.modules.map(({ name }) => name));
  let number = 2;
  while (names.has(`${node.module}${number}`)) number += 1;
  const name = `${node.module}${number}`;
  const changes = createChanges(document);
  changes.insert(['modules', name], { ...definition, name });
  changes.set(nodePath(moduleName, nodeId, 'module'), name);
  return {
    title: `Make ${node.name} unique as ${name}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds: [nodeId] },
  };
}
