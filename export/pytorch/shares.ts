/** Shared weights: a node that uses another's layer calls that one, by its path from the module that both are in. */
import { childPath, type InstancePath } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import type { GraphNode } from '../../graph/schema.ts';
import type { Python } from '../../nodes/python.ts';
import { layerAt, SELF } from './attributes.ts';
import { within, type ExportPlan, type PlannedModule } from './plan.ts';

/** The layer that the node shares, as `forward` of its module sees it; null where that does not reach so far. */
export function sharedLayer(plan: ExportPlan, module: PlannedModule, node: GraphNode): Python | null {
  const paths = module.instances.map(({ path }) => within(node.shares!, path));
  const [path] = paths;
  if (path === undefined || paths.some((other) => other !== path)) return null;
  let at: InstancePath = module.instances[0]!.path;
  let layer: Python = SELF;
  for (const segment of path.split('.')) {
    const enclosing = plan.source.tree.byPath.get(at);
    if (!enclosing || enclosing.kind === 'leaf') return null;
    const form = enclosing.kind === 'stack' ? 'stack' : plan.modules.get(enclosing.module)?.form;
    if (form === undefined) return null;
    layer = layerAt(layer, segment, form);
    at = childPath(at, segment);
  }
  return layer;
}

/** What a class of PyTorch cannot share: layers out of reach, and weights under other parameters than their owner has. */
export function shareProblems(plan: ExportPlan, module: PlannedModule, node: GraphNode): readonly Problem[] {
  const { tree } = plan.source;
  const path = childPath(module.instances[0]?.path ?? '', node.name);
  const problem = (code: string, message: string): readonly Problem[] => [
    { code, severity: 'error', message, place: { module: module.definition.name, nodeId: node.id, path } },
  ];
  if (sharedLayer(plan, module, node) === null) {
    return problem(
      'pytorch.share',
      `${node.name} shares the weights of ${node.shares}, which PyTorch reaches only from a module that holds both; share it there`,
    );
  }
  for (const leaf of tree.construction) {
    if (leaf.path !== path && within(leaf.path, path) === undefined) continue;
    const owner = tree.byPath.get(leaf.weightPath);
    if (owner?.kind !== 'leaf' || owner === leaf) continue;
    for (const [name, { value }] of Object.entries(leaf.params)) {
      if (owner.params[name]?.value === value) continue;
      return problem(
        'pytorch.share-params',
        `${leaf.path} has ${name} ${value} and shares the layer ${owner.path}, which has ${String(owner.params[name]?.value)}; give both the same`,
      );
    }
  }
  return [];
}
