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
import type { BatchAxis } from '../../../nodes/batch.ts';
import { NODES } from '../../../nodes/registry.ts';
import { sizes } from '../../../nodes/shapes.ts';

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
    const record = NODES.get(type);
    const before = Object.values(inputs).map(({ batch }) => batch);
    for (const { name: port } of record?.outputs ?? []) {
      const output = { port, sizes: sizesAt(inference.outputs, path, port) };
      const follow = (): BatchAxis => {
        if (sampled.has(path)) return 0;
        if (before.includes('joint')) return 'joint';
        if (before.every((batch) => batch === 'none')) return 'none';
        return record?.batch?.({ params, inputs, output }) ?? 'joint';
      };
      batches.set(portPath(path, port), follow());
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
