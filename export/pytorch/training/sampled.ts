/** Which inputs bring a value for each sample, and which the same for all. */
import { portPath, type InstancePath } from '../../../graph/instance.ts';
import type { PortType } from '../../../graph/signature.ts';
import { NODES } from '../../../nodes/registry.ts';
import type { ExportSource } from '../../target.ts';
import { contrastiveModules } from './contrastive-modules.ts';

/**
 * Inputs of the main module whose first axis is the batch: that of the pictures, or of the first input where there are none,
 * and of all others whose first axis has the same name, or the same size where it has none. What a contrastive loss
 * compares are pairs, whatever its axes are called: `batch` pictures and as many `texts`.
 */
export function sampledInputs(source: ExportSource): ReadonlySet<InstancePath> {
  const { tree, inference } = source;
  const inputs = tree.root.children.flatMap((leaf) => {
    const record = leaf.kind === 'leaf' ? NODES.get(leaf.type) : undefined;
    const type = record?.source && inference.outputs.get(portPath(leaf.path, record.outputs[0]!.name));
    return type && type.dims.length > 0 ? [{ path: leaf.path, type }] : [];
  });
  const leading = inputs.find(({ type }) => type.flow === 'image') ?? inputs[0];
  const compared = comparedPaths(source);
  return new Set(
    inputs.flatMap(({ path, type }) => {
      const isPaired = compared.has(path) && type.dims[0]!.size === leading!.type.dims[0]!.size;
      return isPaired || isAlike(type, leading!.type) ? [path] : [];
    }),
  );
}

function isAlike({ dims: [axis] }: PortType, { dims: [batch] }: PortType): boolean {
  if (axis!.name === undefined || batch!.name === undefined) return axis!.size === batch!.size;
  return axis!.name === batch!.name;
}

/** All leaves that contrastive losses depend on. */
function comparedPaths({ tree }: ExportSource): ReadonlySet<InstancePath> {
  const pending = contrastiveModules(tree).flatMap(({ inputs }) => Object.values(inputs).map(({ path }) => path));
  const found = new Set<InstancePath>();
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const leaf = tree.byPath.get(path);
    if (leaf?.kind !== 'leaf' || found.has(path)) continue;
    found.add(path);
    for (const { path: upstream } of Object.values(leaf.inputs)) pending.push(upstream);
  }
  return found;
}
