/** Whether the samples of a batch are computed apart, so that each of several processes may have some of them. */
import {
  portPath,
  type Inference,
  type InstancePath,
  type InstanceTree,
  type LeafInstance,
  type Source,
} from '../../../graph/instance.ts';
import type { PortType } from '../../../graph/signature.ts';
import { NODES } from '../../../nodes/registry.ts';
import { sizes } from '../../../nodes/shapes.ts';
import { batchAfter, type BatchAxis } from './axes.ts';

export interface Mixing {
  /** Where the batch is in a value. */
  readonly batchOf: (source: Source) => BatchAxis;
  /** The node upstream of a value where samples meet first. */
  readonly meetingOf: (source: Source) => LeafInstance | undefined;
}

/** @param sampled inputs whose first axis is the batch. */
export function findMixing(
  { execution, byPath }: InstanceTree,
  inference: Inference,
  sampled: ReadonlySet<InstancePath>,
): Mixing {
  const batches = new Map<string, BatchAxis>();
  const batchOf = ({ path, port }: Source): BatchAxis => batches.get(portPath(path, port)) ?? 'none';
  const sizesAt = (types: ReadonlyMap<string, PortType>, path: InstancePath, port: string): readonly number[] => {
    const type = types.get(portPath(path, port));
    return type ? sizes(type) : [];
  };
  for (const leaf of execution) {
    const { path, type, params } = leaf;
    const inputs = Object.fromEntries(
      Object.entries(leaf.inputs).map(([port, source]) => {
        return [port, { sizes: sizesAt(inference.inputs, path, port), batch: batchOf(source) }];
      }),
    );
    for (const { name: port } of NODES.get(type)?.outputs ?? []) {
      const output = { port, sizes: sizesAt(inference.outputs, path, port) };
      const batch = sampled.has(path) ? 0 : batchAfter({ type, params, inputs, output });
      batches.set(portPath(path, port), batch);
    }
  }

  const meetingOf = (source: Source): LeafInstance | undefined => {
    if (batchOf(source) !== 'joint') return undefined;
    const leaf = byPath.get(source.path);
    if (leaf?.kind !== 'leaf') return undefined;
    const before = Object.values(leaf.inputs).find((input) => batchOf(input) === 'joint');
    return before ? meetingOf(before) : leaf;
  };
  return { batchOf, meetingOf };
}
