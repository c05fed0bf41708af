/** The main class's `features`: the part of its `forward` up to the values that contrastive losses compare. */
import { createCache } from '../../../graph/cache.ts';
import { indexModule } from '../../../graph/module-index.ts';
import { isOutput, isPort } from '../../../graph/ports.ts';
import { isInstance, type GraphModule, type GraphNode } from '../../../graph/schema.ts';
import { NODES } from '../../../nodes/registry.ts';
import { namedSizes } from '../attributes.ts';
import { findLiveness, type Liveness } from '../liveness.ts';
import { Names } from '../names.ts';
import type { PlannedModule } from '../plan.ts';
import { withOutput, type ExposedFeature } from './features.ts';

export interface FeaturePlan {
  /** The main module with the features as its outputs. */
  readonly module: PlannedModule;
  /** The main module from the features on; undefined where it needs what comes before them, too. */
  readonly rest: PlannedModule | undefined;
  readonly features: readonly ExposedFeature[];
  /** What the class calls it: no layer, and nothing that is kept on self. */
  readonly method: string;
}

export function planFeatures(
  main: PlannedModule,
  features: readonly ExposedFeature[],
  modules: ReadonlyMap<string, GraphModule>,
): FeaturePlan {
  const { definition, live } = main;
  const bare = { ...definition, nodes: definition.nodes.filter((node) => !isOutput(node)) };
  const only = features.reduce((module, { name, from }) => withOutput(module, name, from), bare);
  const among = new Map([...modules, [only.name, only]]);
  const inputs = definition.nodes.filter((node) => isArgument(node) && live.nodes.has(node.id)).map(({ id }) => id);
  const withInputs = ({ outputs, nodes }: Liveness): Liveness => ({ outputs, nodes: new Set([...nodes, ...inputs]) });
  const module = {
    ...main,
    definition: only,
    index: indexModule(only, among, NODES, createCache()),
    live: withInputs(findLiveness(among, only.name)(only.name)),
    outputs: features.map(({ name }) => name),
  };

  const cut = new Set(features.map(({ from: [id] }) => id));
  const pruned = { ...definition, edges: definition.edges.filter(({ to: [id] }) => !cut.has(id)) };
  const after = findLiveness(new Map([...modules, [pruned.name, pruned]]), pruned.name)(pruned.name);
  const isApart = definition.nodes.every((node) => {
    if (cut.has(node.id)) return !isInstance(node) && !isArgument(node) && after.nodes.has(node.id);
    return isArgument(node) || !after.nodes.has(node.id) || !module.live.nodes.has(node.id);
  });
  const taken = definition.nodes.filter((node) => !isPort(node)).map(({ name }) => name);
  const kept = [...definition.hyperparameters.map(({ name }) => name), ...namedSizes(main).map(({ label }) => label)];
  return {
    module,
    features,
    method: new Names([...taken, ...kept]).claim('features'),
    rest: isApart ? { ...main, definition: pruned, live: withInputs(after) } : undefined,
  };
}

function isArgument(node: GraphNode): boolean {
  return !isInstance(node) && NODES.get(node.type)?.source !== undefined;
}
