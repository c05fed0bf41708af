/** Which inputs bring a value for each sample, and which the same for all. */
import { portPath, type InstancePath } from '../../../graph/instance.ts';
import type { PortType } from '../../../graph/signature.ts';
import { NODES } from '../../../nodes/registry.ts';
import type { ExportSource } from '../../target.ts';

/**
 * Inputs of the main module whose first axis is the batch: that of the pictures, or of the first input where there are none,
 * and of all others whose first axis has the same name, or the same size where it has none.
 */
export function sampledInputs({ tree, inference }: ExportSource): ReadonlySet<InstancePath> {
  const inputs = tree.root.children.flatMap((leaf) => {
    const record = leaf.kind === 'leaf' ? NODES.get(leaf.type) : undefined;
    const type = record?.source && inference.outputs.get(portPath(leaf.path, record.outputs[0]!.name));
    return type && type.dims.length > 0 ? [{ path: leaf.path, type }] : [];
  });
  const leading = inputs.find(({ type }) => type.flow === 'image') ?? inputs[0];
  const same = ({ dims: [axis] }: PortType, { dims: [batch] }: PortType): boolean => {
    return axis!.name === undefined || batch!.name === undefined
      ? axis!.size === batch!.size
      : axis!.name === batch!.name;
  };
  return new Set(inputs.flatMap(({ path, type }) => (same(type, leading!.type) ? [path] : [])));
}
