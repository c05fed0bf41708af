/** Rewrites a graph into the ops that kernels are generated for: what only combines others is taken apart first. */
import type { Graph } from '../ir/types.ts';
import type { OpRecord } from '../ops/record.ts';
import { removeDeadCode } from './dead-code.ts';
import { decompose } from './decompose.ts';
import { cutLongReductions } from './long-reductions.ts';
import { cutWideConcats } from './wide-concats.ts';

/**
 * The same graph without ops that have no kernel core of their own: attention becomes matmul, softmax, matmul; linear
 * becomes matmul and add, which fuse again into one kernel; a long reduction becomes two; a wide concat a tree.
 * @param maxBuffers Storage buffers that one kernel may bind.
 */
export function toKernelOps(graph: Graph, maxBuffers: number): Graph {
  return cutWideConcats(cutLongReductions(removeDeadCode(decompose(graph, hasCore))), Math.max(maxBuffers - 1, 2));
}

function hasCore({ wgsl, name }: OpRecord): boolean {
  if (wgsl.kind === 'decomposed') return false;
  if (wgsl.kind !== 'kernel') return true;
  switch (wgsl.family) {
    case 'reduce':
    case 'softmax':
    case 'layer_norm':
    case 'lstm_step':
    case 'top_k':
      return true;
    case 'matmul':
      return name === 'matmul';
    case 'attention':
    case 'patch_conv':
      return false;
    default:
      return wgsl.family satisfies never;
  }
}
