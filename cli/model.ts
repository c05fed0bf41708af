/** From a call to a graph that can be computed: inputs bound, weights planned, lowered to IR. Nothing is drawn or read that no run asks for. */
import type { Graph } from '../gpu/ir/types.ts';
import { analyse } from '../graph/analyse.ts';
import { portPath } from '../graph/instance.ts';
import type { Inference, InstanceTree } from '../graph/instance.ts';
import { planCheckpoint } from '../nodes/checkpoint.ts';
import { lower, type Lowered } from '../nodes/lower.ts';
import { NODES } from '../nodes/registry.ts';
import { planSources } from '../nodes/sources.ts';
import type { SourcePlan } from '../nodes/sources.ts';
import type { Tokenizers } from '../nodes/text/tokenizers.ts';
import { planWeights } from '../nodes/weights.ts';
import type { WeightPlan } from '../nodes/weights.ts';
import { openCheckpoint } from './checkpoint.ts';
import type { CheckpointFile } from './checkpoint.ts';
import type { Call } from './command.ts';
import { TAP } from './flags.ts';
import { loadGraph, rejectErrors } from './graph.ts';
import { loadTokenizers } from './tokenizers.ts';
import { bindInputs } from './inputs.ts';
import type { BoundGraph } from './inputs.ts';

/** What of a model is read once, however often it is built. */
export interface ModelFiles {
  readonly checkpoint: CheckpointFile | undefined;
  readonly tokenizers: Tokenizers;
}

/** A graph without errors, and where the numbers of its weights and sources come from. */
export interface PlannedModel extends BoundGraph, ModelFiles {
  readonly tree: InstanceTree;
  readonly inference: Inference;
  readonly weights: WeightPlan;
  /** Some may have a problem: what is exported needs their shapes only. */
  readonly sources: SourcePlan;
}

export interface Model extends PlannedModel {
  readonly lowered: Lowered;
  /** As lowered; no pass has run. */
  readonly graph: Graph;
}

/**
 * Reads what the call names and lowers it.
 * @throws {UserError} with the first error of the graph, its inputs or its weights; {TapError}; {UsageError} for a malformed flag.
 */
export async function loadModel(call: Call): Promise<Model> {
  const graph = await bindInputs(await loadGraph(call), call);
  return buildModel(graph, await loadFiles(graph, call), call.values(TAP));
}

/** @throws {UserError} where a file cannot be used; {UsageError} for a malformed flag. */
export async function loadFiles(graph: BoundGraph, call: Call): Promise<ModelFiles> {
  return { checkpoint: await openCheckpoint(call, graph), tokenizers: await loadTokenizers(graph) };
}

/**
 * Reads what the call names and plans its numbers; sources without numbers are left for the caller.
 * @throws {UserError} with the first error of the graph or its weights; {UsageError} for a malformed flag.
 */
export async function loadPlan(call: Call): Promise<PlannedModel> {
  const graph = await bindInputs(await loadGraph(call), call);
  return planModel(graph, await loadFiles(graph, call));
}

/** @throws {UserError} with the first error of the graph, its inputs or its weights; {TapError}. */
export function buildModel(graph: BoundGraph, files: ModelFiles, taps: readonly string[]): Model {
  const planned = planModel(graph, files);
  const { tree, inference, weights, sources } = planned;
  rejectErrors(sources.problems);
  const completed = taps.map((tap) => completeTap(tap, inference));
  const lowered = lower(tree, inference, {
    weights: weights.recipes,
    sources: sources.keys,
    taps: completed.filter((tap) => !Object.hasOwn(tree.root.outputs, tap)),
  });
  return { ...planned, lowered, graph: lowered.graph };
}

function planModel(graph: BoundGraph, files: ModelFiles): PlannedModel {
  const types = new Map(Array.from(graph.bound, ([name, { type }]) => [name, type]));
  const hashes = new Map(Array.from(graph.bound, ([name, { hash }]) => [name, hash]));
  const { tree, inference, problems } = analyse(graph.document, NODES, { ...graph.overrides, bound: types });
  rejectErrors(problems);
  const { checkpoint, tokenizers } = files;
  const drawn = planWeights(tree, graph.document.seed);
  const weights = checkpoint ? planCheckpoint(drawn, tree, checkpoint) : drawn;
  const sources = planSources(tree, inference, graph.document, hashes, tokenizers);
  rejectErrors(weights.problems);
  return { ...graph, checkpoint, tokenizers, tree, inference, weights, sources };
}

/** The path of an instance stands for its output, where it has just one. */
function completeTap(tap: string, { outputs, inputs }: Inference): string {
  if (outputs.has(tap) || inputs.has(tap)) return tap;
  const prefix = portPath(tap, '');
  const own = [...outputs.keys()].filter((port) => port.startsWith(prefix) && !port.slice(prefix.length).includes('.'));
  return own.length === 1 ? own[0]! : tap;
}
