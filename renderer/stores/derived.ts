/**
 * The derived store: what follows from the document: instances, shapes, problems, cost. Computed at every edit, in
 * the same task, and never stored; what is equal to before keeps its identity, so that only what changed renders.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { elaborate } from '../../graph/elaborate.ts';
import { infer } from '../../graph/infer.ts';
import type { Inference, InstanceTree } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { graphCost, type GraphCost } from '../../nodes/cost.ts';
import { NODES } from '../../nodes/registry.ts';
import type { DocumentStore } from './document.ts';
import { keepMap, keepValue } from './identity.ts';

/** `module/nodeId`: a node's definition, which all instances of its module share. */
export type DefinitionKey = string;

export interface DerivedState {
  /** The document that the rest follows from. */
  readonly document: PatchbayDocument;
  readonly tree: InstanceTree;
  readonly inference: Inference;
  /** All causes: of the tree, then of the shapes. */
  readonly problems: readonly Problem[];
  readonly problemsOf: ReadonlyMap<DefinitionKey, readonly Problem[]>;
  readonly cost: GraphCost;
}

export type DerivedStore = StoreApi<DerivedState>;

/** What the derivation of one edit took; an entry of the performance timeline. */
export const DERIVE_MEASURE = 'patchbay:derive';

export function definitionKey(module: string, nodeId: string): DefinitionKey {
  return `${module}/${nodeId}`;
}

/** Follows the document store until `dispose`. */
export function createDerivedStore(documents: DocumentStore): { readonly store: DerivedStore; dispose(): void } {
  const store = createStore<DerivedState>()(() => derive(documents.getState().document));
  const dispose = documents.subscribe(({ document }, before) => {
    if (document === before.document) return;
    const start = performance.now();
    const state = derive(document, store.getState());
    performance.clearMeasures(DERIVE_MEASURE);
    performance.measure(DERIVE_MEASURE, { start });
    store.setState(state, true);
  });
  return { store, dispose };
}

/** Everything that follows from a document, sharing what equals `before`. */
export function derive(document: PatchbayDocument, before?: DerivedState): DerivedState {
  const tree = elaborate(document, NODES);
  const inferred = infer(tree, NODES);
  const inference = {
    ...inferred,
    inputs: keepMap(before?.inference.inputs, inferred.inputs),
    outputs: keepMap(before?.inference.outputs, inferred.outputs),
  };
  const problems = keepValue(before?.problems, [...tree.problems, ...inference.problems]);
  return {
    document,
    tree,
    inference,
    problems,
    problemsOf: problems === before?.problems ? before.problemsOf : groupByDefinition(problems),
    cost: graphCost(tree, inference),
  };
}

function groupByDefinition(problems: readonly Problem[]): ReadonlyMap<DefinitionKey, readonly Problem[]> {
  const located = problems.filter(({ place }) => place.module !== undefined && place.nodeId !== undefined);
  return Map.groupBy(located, ({ place }) => definitionKey(place.module!, place.nodeId!));
}
