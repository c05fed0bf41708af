/** A fix that a problem offers, as one edit. */
import { disconnect } from './edit-wires.ts';
import { setHyperparameter, setParam, setSize } from './edit-values.ts';
import type { Edit } from './edit.ts';
import type { Fix } from './problems.ts';
import type { PatchbayDocument } from './schema.ts';

/** @throws {EditError} if the document has changed so that the fix no longer applies. */
export function applyFix(document: PatchbayDocument, fix: Fix): Edit {
  const { coalesce: _, ...edit } = editOf(document, fix);
  return { ...edit, title: fix.title };
}

function editOf(document: PatchbayDocument, fix: Fix): Edit {
  switch (fix.kind) {
    case 'set-param':
      return setParam(document, fix.module, fix.nodeId, fix.param, fix.value);
    case 'set-hyperparameter': {
      const main = document.modules.find(({ name }) => name === document.main);
      const isSize = main?.sizes?.some(({ name }) => name === fix.name) === true;
      return isSize ? setSize(document, fix.name, Number(fix.value)) : setHyperparameter(document, fix.name, fix.value);
    }
    case 'remove-edge':
      return disconnect(document, fix.module, fix.to, fix.from);
    default:
      return fix satisfies never;
  }
}
