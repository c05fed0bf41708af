/** A fix that a problem offers, as one edit. */
import { createChanges, EditError, moduleNamed, nodePath, nodeWithId, type Point } from './changes.ts';
import { addNode, removeNodes, renameNode } from './edit-nodes.ts';
import { setHyperparameter, setParam, setPreset, setRepeat, setShares, setSize } from './edit-values.ts';
import { connect, disconnect } from './edit-wires.ts';
import { combine, type Edit } from './edit.ts';
import { REPEAT } from './node-rules.ts';
import type { Fix } from './problems.ts';
import { own } from './records.ts';
import { isInstance, type PatchbayDocument } from './schema.ts';

/** @throws {EditError} if the document has changed so that the fix no longer applies. */
export function applyFix(document: PatchbayDocument, fix: Fix): Edit {
  const { coalesce: _, ...edit } = editOf(document, fix);
  return { ...edit, title: fix.title };
}

function editOf(document: PatchbayDocument, fix: Fix): Edit {
  switch (fix.kind) {
    case 'set-param':
      return setValue(document, fix);
    case 'set-hyperparameter': {
      const main = document.modules.find(({ name }) => name === document.main);
      const isSize = main?.sizes?.some(({ name }) => name === fix.name) === true;
      return isSize ? setSize(document, fix.name, Number(fix.value)) : setHyperparameter(document, fix.name, fix.value);
    }
    case 'remove-edge':
      return disconnect(document, fix.module, fix.to, fix.from);
    case 'connect': {
      const { module, from, to, instead } = fix;
      return combine(document, fix.title, [
        ...(instead ? [(now: PatchbayDocument) => disconnect(now, module, instead.to, instead.from)] : []),
        (now) => connect(now, module, from, to),
      ]);
    }
    case 'insert-node':
      return insertNode(document, fix);
    case 'drop-param':
      return dropParam(document, fix);
    case 'rename-node':
      return renameNode(document, fix.module, fix.nodeId, fix.name);
    case 'set-kind':
      return setKind(document, fix);
    case 'set-shares':
      return setShares(document, fix.module, fix.nodeId, fix.shares);
    case 'remove-node':
      return removeNodes(document, fix.module, [fix.nodeId]);
    case 'set-preset':
      return setPreset(document, fix.name);
    case 'add-modules': {
      const changes = createChanges(document);
      for (const module of fix.modules) changes.insert(['modules', module.name], module);
      return { title: fix.title, diff: changes.diff() };
    }
    default:
      return fix satisfies never;
  }
}

/** The number of layers stands beside the parameters, and is a parameter to whoever reads a problem. */
function setValue(document: PatchbayDocument, fix: Fix & { kind: 'set-param' }): Edit {
  const { module, nodeId, param, value } = fix;
  const node = nodeWithId(moduleNamed(document, module), nodeId);
  if (isInstance(node) && param === REPEAT && typeof value !== 'boolean')
    return setRepeat(document, module, nodeId, value);
  return setParam(document, module, nodeId, param, value);
}

/** Between the two ends of the wire, where it is free. */
function insertNode(document: PatchbayDocument, fix: Fix & { kind: 'insert-node' }): Edit {
  const { module: moduleName, to, type, params, input, output } = fix;
  const module = moduleNamed(document, moduleName);
  const wire = module.edges.find((edge) => edge.to[0] === to[0] && edge.to[1] === to[1]);
  if (!wire) throw new EditError(`there is no wire at ${to.join('.')}`);
  const [source, target] = [nodeWithId(module, wire.from[0]), nodeWithId(module, to[0])];
  const position: Point = [
    Math.round((source.position[0] + target.position[0]) / 2),
    Math.round((source.position[1] + target.position[1]) / 2),
  ];
  const added = addNode(document, moduleName, { type, params, position });
  const id = added.place!.nodeIds[0]!;
  return combine(document, fix.title, [
    () => added,
    (now) => connect(now, moduleName, wire.from, [id, input]),
    (now) => connect(now, moduleName, [id, output], to),
  ]);
}

function dropParam(document: PatchbayDocument, fix: Fix & { kind: 'drop-param' }): Edit {
  const { module, nodeId, param, as } = fix;
  const value = own(nodeWithId(moduleNamed(document, module), nodeId).params, param);
  if (value === undefined) throw new EditError(`${param} is not written`);
  return combine(document, fix.title, [
    (now) => setParam(now, module, nodeId, param, undefined),
    ...(as === undefined ? [] : [(now: PatchbayDocument) => setParam(now, module, nodeId, as, value)]),
  ]);
}

function setKind(document: PatchbayDocument, { title, module, nodeId, is }: Fix & { kind: 'set-kind' }): Edit {
  const node = nodeWithId(moduleNamed(document, module), nodeId);
  const changes = createChanges(document);
  changes.set(nodePath(module, nodeId, isInstance(node) ? 'module' : 'type'), is);
  return { title, diff: changes.diff(), place: { module, nodeIds: [nodeId] } };
}
