/**
 * The derived store: what follows from the document: instances, shapes, problems, cost. Shapes are computed at every
 * edit, in the same task, and never stored; what equals what was before keeps its identity, so that only what changed
 * renders.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { analyse } from '../../graph/analyse.ts';
import { createCache, type GraphCache } from '../../graph/cache.ts';
import type { Inference, InstanceTree } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { graphCost, type GraphCost, type WorkCache } from '../../nodes/cost.ts';
import { NODES } from '../../nodes/registry.ts';
import { planSources, type KeptRecipes, type SourcePlan } from '../../nodes/sources.ts';
import { createTokenizers, type Tokenizers } from '../../nodes/text/tokenizers.ts';
import { shareProblems } from '../../nodes/weights.ts';
import { createCheckpointStore, weightProblems, type CheckpointState, type CheckpointStore } from './checkpoint.ts';
import type { DocumentStore } from './document.ts';
import { keepMap, keepValue } from './identity.ts';
import { createPictureStore, missingPictureProblems, type PictureStore } from './pictures.ts';

/** `module/nodeId`: a node's definition, which all instances of its module share. */
export type DefinitionKey = string;

export interface DerivedState {
  /** The document that the rest follows from. */
  readonly document: PatchbayDocument;
  readonly tree: InstanceTree;
  readonly inference: Inference;
  /** Where the values of source nodes come from. */
  readonly sources: SourcePlan;
  /** All causes: of the tree, of the shapes (`inference.blocked` counts these), then files that are missing or do not fit. */
  readonly problems: readonly Problem[];
  readonly problemsOf: ReadonlyMap<DefinitionKey, readonly Problem[]>;
  /** Of this document or, for an instant after an edit, of the one before: nobody waits for it as for a shape. */
  readonly cost: GraphCost;
}

export type DerivedStore = StoreApi<DerivedState>;

/** What the derivation of one edit took; an entry of the performance timeline. */
export const DERIVE_MEASURE = 'patchbay:derive';

const NO_COST: GraphCost = { parameters: 0, flops: 0, activationBytes: 0, byPath: new Map() };
/** Long enough that a scrub of a value does not pay for it at each of its edits. */
const COST_DELAY_MILLISECONDS = 60;
const MOST_WORK = 10_000;

export function definitionKey(module: string, nodeId: string): DefinitionKey {
  return `${module}/${nodeId}`;
}

/** Follows the document store until `dispose`. */
export function createDerivedStore(
  documents: DocumentStore,
  pictures: PictureStore = createPictureStore(),
  checkpoint: CheckpointStore = createCheckpointStore(),
): { readonly store: DerivedStore; dispose(): void } {
  const memory = createDeriveMemory();
  const work: WorkCache = new Map();
  const files = (): FilesFound => ({ missing: pictures.getState().missing, checkpoint: checkpoint.getState() });
  const store = createStore<DerivedState>()(() => {
    const state = derive(documents.getState().document, memory, files());
    return { ...state, cost: graphCost(state.tree, state.inference, { cache: work }) };
  });
  let costTimer: ReturnType<typeof setTimeout> | undefined;
  const stop = documents.subscribe(({ document }, before) => {
    if (document === before.document) return;
    const start = performance.now();
    const state = derive(document, memory, files(), store.getState());
    performance.clearMeasures(DERIVE_MEASURE);
    performance.measure(DERIVE_MEASURE, { start });
    store.setState(state, true);
    clearTimeout(costTimer);
    costTimer = setTimeout(() => store.setState(costOf(store.getState(), work)), COST_DELAY_MILLISECONDS);
  });
  const found = (): void => {
    const before = store.getState();
    store.setState(derive(before.document, memory, files(), before), true);
  };
  const stopFiles = [pictures.subscribe(found), checkpoint.subscribe(found)];
  return {
    store,
    dispose: () => {
      clearTimeout(costTimer);
      stop();
      stopFiles.forEach((stopFile) => stopFile());
    },
  };
}

/** Calls the listener when an edit changed the tree; not when another document is shown. @returns stops. */
export function followEdits(
  documents: DocumentStore,
  derived: DerivedStore,
  listener: (before: InstanceTree, tree: InstanceTree) => void,
): () => void {
  let { generation } = documents.getState();
  return derived.subscribe(({ tree }, before) => {
    const another = generation !== documents.getState().generation;
    ({ generation } = documents.getState());
    if (!another && tree !== before.tree) listener(before.tree, tree);
  });
}

/** What one derivation leaves to the next; only a matter of speed. */
export interface DeriveMemory {
  readonly cache: GraphCache;
  readonly tokenizers: Tokenizers;
  readonly recipes: KeptRecipes;
}

export function createDeriveMemory(): DeriveMemory {
  return { cache: createCache(), tokenizers: createTokenizers(), recipes: new Map() };
}

/** What is known of the files that the document names. */
export interface FilesFound {
  /** Ids of pictures that are not there. */
  readonly missing: ReadonlySet<string>;
  readonly checkpoint: CheckpointState;
}

/** Nothing has been looked for. */
const NOTHING_LOOKED_FOR: FilesFound = { missing: new Set(), checkpoint: { kind: 'none' } };

/** Everything that follows from a document but its cost, which stays; what equals `before` is shared with it. */
export function derive(
  document: PatchbayDocument,
  { cache, tokenizers, recipes }: DeriveMemory,
  { missing, checkpoint }: FilesFound = NOTHING_LOOKED_FOR,
  before?: DerivedState,
): DerivedState {
  const { tree, inference, problems: found } = analyse(document, NODES, { cache });
  const sources = planSources(tree, inference, document, new Map(), tokenizers, NODES, recipes);
  const problems = keepValue(before?.problems, [
    ...found,
    ...sources.problems,
    ...missingPictureProblems(tree, sources, missing),
    ...shareProblems(tree),
    ...weightProblems(document, tree, checkpoint),
  ]);
  return {
    document,
    tree,
    inference,
    sources,
    problems,
    problemsOf: problems === before?.problems ? before.problemsOf : groupByDefinition(problems),
    cost: before?.cost ?? NO_COST,
  };
}

function costOf({ tree, inference, cost }: DerivedState, work: WorkCache): Pick<DerivedState, 'cost'> {
  // A value that is scrubbed leaves the work of every size behind.
  if (work.size > MOST_WORK) work.clear();
  const { byPath, ...total } = graphCost(tree, inference, { cache: work });
  return { cost: keepValue(cost, { ...total, byPath: keepMap(cost.byPath, byPath) }) };
}

function groupByDefinition(problems: readonly Problem[]): ReadonlyMap<DefinitionKey, readonly Problem[]> {
  const located = problems.filter(({ place }) => place.module !== undefined && place.nodeId !== undefined);
  return Map.groupBy(located, ({ place }) => definitionKey(place.module!, place.nodeId!));
}
