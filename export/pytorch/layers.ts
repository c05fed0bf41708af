/** Which values of the graph the exported code can tell: what its layers give, where PyTorch calls each of them once. */
import { portPath, type Instance, type InstancePath, type InstanceTree, type PortPath } from '../../graph/instance.ts';
import { NODES } from '../../nodes/registry.ts';
import type { ExportSource } from '../target.ts';
import { writeModelFile } from './model-file.ts';
import { within, type ExportPlan } from './plan.ts';
import { spellingOf } from '../../nodes/torch.ts';

/** A value by the port of the node that computes it, and the result of the layer that it is: the first, the second… */
export interface LayerValue {
  readonly port: PortPath;
  readonly layer: InstancePath;
  readonly index: number;
}

export function layerValues(source: ExportSource): readonly LayerValue[] {
  const { plan } = writeModelFile(source);
  const { tree } = source;
  const told = new Map<PortPath, LayerValue>();
  const tell = (port: PortPath, layer: InstancePath, index: number): void => {
    // The innermost layer says best where a difference begins.
    if (!Object.hasOwn(tree.root.outputs, port)) told.set(port, { port, layer, index });
  };
  const [computed, shared] = [computedLeaves(tree), sharedPaths(tree)];
  const visit = (instance: Instance): void => {
    // Of a layer that is called twice nobody can say which call is meant.
    if (shared.some((path) => instance.path === path || within(instance.path, path) !== undefined)) return;
    switch (instance.kind) {
      case 'leaf': {
        const record = NODES.get(instance.type);
        // A parameter or a table has no inputs: it is read, not called.
        if (!record || !spellingOf(record.torch)?.layer || record.inputs.length === 0 || !computed.has(instance.path))
          return;
        for (const [index, { name }] of record.outputs.entries())
          tell(portPath(instance.path, name), instance.path, index);
        return;
      }
      case 'stack':
        return instance.layers.forEach(visit);
      case 'module':
        return visitModule(plan, instance, tell, visit);
      default:
        return instance satisfies never;
    }
  };
  tree.root.children.forEach(visit);
  return [...told.values()].filter(({ port }) => computed.has(port.slice(0, port.lastIndexOf('.'))));
}

function visitModule(
  plan: ExportPlan,
  instance: Extract<Instance, { kind: 'module' }>,
  tell: (port: PortPath, layer: InstancePath, index: number) => void,
  visit: (instance: Instance) => void,
): void {
  const planned = plan.modules.get(instance.module);
  if (!planned || planned.form.kind === 'function') return;
  // PyTorch's own class gives its results in its own way; its first is the spelling's first.
  const { form } = planned;
  const outputs = form.kind === 'library' ? form.spelling.outputs.slice(0, 1) : planned.outputs;
  for (const [index, output] of outputs.entries()) {
    const behind = instance.outputs[output];
    if (behind) tell(portPath(behind.path, behind.port), instance.path, index);
  }
  if (form.kind !== 'library') instance.children.forEach(visit);
}

/** Leaves that the main module's outputs need. */
function computedLeaves(tree: InstanceTree): ReadonlySet<InstancePath> {
  const needed = new Set<InstancePath>();
  const pending = Object.values(tree.root.outputs).map(({ path }) => path);
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const leaf = tree.byPath.get(path);
    if (leaf?.kind !== 'leaf' || needed.has(path)) continue;
    needed.add(path);
    for (const source of Object.values(leaf.inputs)) pending.push(source.path);
  }
  return needed;
}

/** Instances that own what others share, and those that share it. */
function sharedPaths(tree: InstanceTree): readonly InstancePath[] {
  const sharers = [...tree.byPath.values()].filter(({ path, weightPath }) => path !== weightPath);
  return [...new Set(sharers.flatMap(({ path, weightPath }) => [path, weightPath]))];
}
