/** Whether a wire between two ports of the open module makes sense, or why not. */
import { connectionCheck, type Verdict } from '../../graph/connect.ts';
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
  return fitOf(wireVerdict(app));
}

/** The same with what the wire would change beside: the sizes that a node's plain numbers take. */
export function wireVerdict(app: App): (wire: WireEnds) => Verdict {
  const { document, tree, inference } = app.derived.getState();
  return verdictAt(document, tree, inference, app.view.getState().openPath);
}

/** In a document that is not the application's yet. */
export function wireCheckIn(document: PatchbayDocument, openPath: InstancePath): WireCheck {
  return fitOf(wireVerdictIn(document, openPath));
}

export function wireVerdictIn(document: PatchbayDocument, openPath: InstancePath): (wire: WireEnds) => Verdict {
  const tree = elaborate(document, NODES);
  return verdictAt(document, tree, infer(tree, NODES), openPath);
}

function fitOf(judge: (wire: WireEnds) => Verdict): WireCheck {
  return (wire) => {
    const verdict = judge(wire);
    return verdict.ok ? true : verdict.reason;
  };
}

function verdictAt(
  document: PatchbayDocument,
  tree: InstanceTree,
  inference: Inference,
  path: InstancePath,
): (wire: WireEnds) => Verdict {
  const check = connectionCheck(document, tree, inference, NODES);
  return ({ from, to }) => check({ path, nodeId: from[0], port: from[1] }, { path, nodeId: to[0], port: to[1] });
}
