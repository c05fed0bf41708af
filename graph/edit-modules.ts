/** Edits of the definitions behind instances. */
import { createChanges, EditError, moduleNamed, nodePath, nodeWithId } from './changes.ts';
import type { Edit } from './edit.ts';
import { finder } from './modules.ts';
import { isOutput, isPort } from './ports.ts';
import { IDENTIFIER, isInstance, type GraphModule, type PatchbayDocument } from './schema.ts';

/**
 * Gives an instance a definition of its own: a copy of its module under a new name, so that edits leave the other uses
 * as they are.
 * @throws {EditError} if the node is no instance of a module of the document.
 */
export function makeUnique(document: PatchbayDocument, moduleName: string, nodeId: string): Edit {
  const node = nodeWithId(moduleNamed(document, moduleName), nodeId);
  if (!isInstance(node)) throw new EditError(`${node.name} is no instance of a module`);
  const copy = copyOf(document, node.module);
  const { name } = copy;
  const changes = createChanges(document);
  changes.insert(['modules', name], copy);
  changes.set(nodePath(moduleName, nodeId, 'module'), name);
  return {
    title: `Make ${node.name} unique as ${name}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds: [nodeId] },
  };
}

/**
 * A copy of a module beside it, without instances: something to change while the other stays as it is.
 * @throws {EditError} if there is no such module, or it is the main one, which has sizes that no other may have.
 */
export function duplicateModule(document: PatchbayDocument, moduleName: string): Edit {
  const module = moduleNamed(document, moduleName);
  if (document.main === moduleName) throw new EditError(`${moduleName} is the main module, of which there is one`);
  const copy = copyOf(document, moduleName);
  const changes = createChanges(document);
  changes.insert(['modules', copy.name], copy, document.modules.indexOf(module) + 1);
  return { title: `Duplicate ${moduleName} as ${copy.name}`, diff: changes.diff() };
}

/** The definition under a name that is free; it no longer is what ships with Patchbay. */
function copyOf(document: PatchbayDocument, moduleName: string): GraphModule {
  const { origin: _, ...definition } = moduleNamed(document, moduleName);
  const names = new Set(document.modules.map(({ name }) => name));
  let number = 2;
  while (names.has(`${moduleName}${number}`)) number += 1;
  return { ...definition, name: `${moduleName}${number}` };
}

/**
 * Renames a module; its instances follow.
 * @throws {EditError} if there is no such module, or the name is none or taken.
 */
export function renameModule(document: PatchbayDocument, moduleName: string, to: string): Edit {
  const module = moduleNamed(document, moduleName);
  const changes = createChanges(document);
  if (to !== moduleName) {
    if (!IDENTIFIER.test(to))
      throw new EditError(`“${to}” is no name of a class: letters, digits and _, no digit first`);
    if (finder(document)(to)) throw new EditError(`there is a module ${to} already`);
    for (const { caller, id } of usesOfModule(document, moduleName)) changes.set(nodePath(caller, id, 'module'), to);
    if (document.main === moduleName) changes.set(['main'], to);
    const current = moduleNamed(changes.document(), moduleName);
    changes.remove(['modules', moduleName]);
    changes.insert(['modules', to], { ...current, name: to }, document.modules.indexOf(module));
  }
  return { title: `Rename ${moduleName} to ${to}`, diff: changes.diff(), place: { module: to, nodeIds: [] } };
}

/**
 * Deletes a module that has no instances.
 * @throws {EditError} if it is the main module, or has some.
 */
export function removeModule(document: PatchbayDocument, moduleName: string): Edit {
  moduleNamed(document, moduleName);
  const kept = reasonToKeep(document, moduleName);
  if (kept !== undefined) throw new EditError(kept);
  const changes = createChanges(document);
  changes.remove(['modules', moduleName]);
  return { title: `Delete module ${moduleName}`, diff: changes.diff() };
}

/** Why a module cannot be deleted; undefined if it can be. */
export function reasonToKeep(document: PatchbayDocument, moduleName: string): string | undefined {
  if (document.main === moduleName) return `${moduleName} is the main module`;
  const callers = new Set(usesOfModule(document, moduleName).map(({ caller }) => caller));
  return callers.size > 0 ? `${moduleName} is used in ${[...callers].join(', ')}` : undefined;
}

export interface ModuleUse {
  /** Name of the module that the instance stands in. */
  readonly caller: string;
  readonly id: string;
  readonly name: string;
}

/** The nodes that are instances of a module, in all modules. */
export function usesOfModule(document: PatchbayDocument, moduleName: string): readonly ModuleUse[] {
  return document.modules.flatMap((caller) =>
    caller.nodes.flatMap((node) =>
      isInstance(node) && node.module === moduleName ? [{ caller: caller.name, id: node.id, name: node.name }] : [],
    ),
  );
}

/**
 * Moves a port among those of its side: what instances show first. Ports have no weights, so no draw moves.
 * @param by places, negative for up; at the end it stays.
 * @throws {EditError} if the node is no port.
 */
export function movePort(document: PatchbayDocument, moduleName: string, nodeId: string, by: number): Edit {
  const module = moduleNamed(document, moduleName);
  const port = nodeWithId(module, nodeId);
  if (!isPort(port)) throw new EditError(`${port.name} is no port`);
  const side = module.nodes.filter((node) => isPort(node) && isOutput(node) === isOutput(port));
  const other = side[side.indexOf(port) + by];
  const changes = createChanges(document);
  if (other) {
    changes.remove(nodePath(moduleName, nodeId));
    // Where the other stood: after it has moved by one if the port came before it.
    changes.insert(nodePath(moduleName, nodeId), port, module.nodes.indexOf(other));
  }
  return {
    title: `Move port ${port.name}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds: [nodeId] },
  };
}
