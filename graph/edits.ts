/** Every edit there is: pure functions from a document to the diff that does it. The one door; the parts stand beside. */
export { EditError } from './changes.ts';
export { copySelection, countSelection, parseClipboard, paste, type ClipboardPayload } from './clipboard.ts';
export {
  addFrame,
  addNote,
  moveDecorations,
  removeDecorations,
  resizeDecoration,
  writeDecoration,
  type DecorationRef,
} from './edit-decorations.ts';
export { toggleMode } from './edit-modes.ts';
export {
  addHyperparameter,
  changeHyperparameter,
  removeHyperparameter,
  renameHyperparameter,
} from './edit-hyperparameters.ts';
export {
  duplicateModule,
  makeUnique,
  movePort,
  reasonToKeep,
  removeModule,
  renameModule,
  usesOfModule,
  type ModuleUse,
} from './edit-modules.ts';
export {
  addInstance,
  addNode,
  moveNodes,
  removeNodes,
  renameNode,
  resizeNode,
  type NewInstance,
  type NewNode,
} from './edit-nodes.ts';
export {
  addAsset,
  addPreset,
  removeAsset,
  removePreset,
  setAsset,
  setCaption,
  setHyperparameter,
  setParam,
  setPreset,
  setRepeat,
  setSeed,
  setShares,
  setSize,
} from './edit-values.ts';
export { connect, disconnect, removeEdges, type End } from './edit-wires.ts';
export { addReroute, moveReroutes, removeReroutes, type RerouteRef } from './edit-reroutes.ts';
export { combine, type Edit } from './edit.ts';
export { applyFix } from './fixes.ts';
export { groupNodes, type GroupOptions } from './group.ts';
export { importableModules, importModules, type ModuleImport } from './import-modules.ts';
export { nameProblem, snakeCase, uniqueName } from './names.ts';
export { promotable, promoteParameter, type Promotable, type PromotablePlace } from './promote.ts';
export { ungroupNode } from './ungroup.ts';
