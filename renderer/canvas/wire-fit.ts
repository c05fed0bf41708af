/** Whether a wire between two ports of the open module makes sense, or why not. */
import { connectionCheck } from '../../graph/connect.ts';
import { elaborate } from '../../graph/elaborate.ts';
import { infer } from '../../graph/infer.ts';
import type { Inference, InstancePath, InstanceTree } from '../../graph/instance.ts';
import type { Edge, PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import type { App } from '../app-context.ts';
import type { Fit } from './canvas-store.ts';

export type WireEnds = Pick<Edge, 'from' | 'to'>;

/** A check that may be asked for every port: what lies upstream is found once. */
export type WireCheck = (wire: WireEnds) => Fit;

/** In the document as it is. */
export function wireCheck(app: App): WireCheck {
  const { document, tree, inference } = app.derived.getState();
  return checkAt(document, tree, inference, app.view.getState().openPath);
}

/** In a document that is not the application's yet. */
export function wireCheckIn(document: PatchbayDocument, openPath: InstancePath): WireCheck {
  const tree = elaborate(document, NODES);
  return checkAt(document, tree, infer(tree, NODES), openPath);
}

function checkAt(document: PatchbayDocument, tree: InstanceTree, inference: Inference, path: InstancePath): WireCheck {
  const check = connectionCheck(document, tree, inference, NODES);
  return ({ from, to }) => {
    const verdict = check({ path, nodeId: from[0], port: from[1] }, { path, nodeId: to[0], port: to[1] });
    return verdict.ok ? true : verdict.reason;
  };
}
