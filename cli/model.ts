/** From a call to a graph that can be computed: inputs bound, weights planned, lowered to IR. Nothing is drawn or read that no run asks for. */
import type { Graph } from '../gpu/ir/types.ts';
import { analyse } from '../graph/analyse.ts';
import { portPath } from '../graph/instance.ts';
import type { Inference } from '../graph/instance.ts';
import { planCheckpoint } from '../nodes/checkpoint.ts';
import { lower } from '../nodes/lower.ts';
import { NODES } from '../nodes/registry.ts';
import { planSources } from '../nodes/sources.ts';
import type { SourcePlan } from '../nodes/sources.ts';
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

export interface Model extends BoundGraph {
  readonly checkpoint: CheckpointFile | undefined;
  readonly weights: WeightPlan;
  readonly sources: SourcePlan;
  /** As lowered; no pass has run. */
  readonly graph: Graph;
}

/**
 * Reads what the call names and lowers it.
 * @throws {UserError} with the first error of the graph, its inputs or its weights; {TapError}; {UsageError} for a malformed flag.
 */
export async function loadModel(call: Call): Promise<Model> {
  const graph = await bindInputs(await loadGraph(call), call);
  const types = new Map(Array.from(graph.bound, ([name, { type }]) => [name, type]));
  const hashes = new Map(Array.from(graph.bound, ([name, { hash }]) => [name, hash]));
  const { tree, inference, problems } = analyse(graph.document, NODES, { ...graph.overrides, bound: types });
  rejectErrors(problems);
  const checkpoint = await openCheckpoint(call, graph);
  const drawn = planWeights(tree, graph.document.seed);
  const weights = checkpoint ? planCheckpoint(drawn, tree, checkpoint) : drawn;
  const tokenizers = await loadTokenizers(graph);
  const sources = planSources(tree, inference, graph.document, hashes, tokenizers);
  rejectErrors([...weights.problems, ...sources.problems]);
  const taps = call.values(TAP).map((tap) => completeTap(tap, inference));
  const lowered = lower(tree, inference, {
    weights: weights.recipes,
    sources: sources.keys,
    taps: taps.filter((tap) => !Object.hasOwn(tree.root.outputs, tap)),
  });
  return { ...graph, checkpoint, weights, sources, graph: lowered.graph };
}

/** The path of an instance stands for its output, where it has just one. */
function completeTap(tap: string, { outputs, inputs }: Inference): string {
  if (outputs.has(tap) || inputs.has(tap)) return tap;
  const prefix = portPath(tap, '');
  const own = [...outputs.keys()].filter((port) => port.startsWith(prefix) && !port.slice(prefix.length).includes('.'));
  return own.length === 1 ? own[0]! : tap;
}
