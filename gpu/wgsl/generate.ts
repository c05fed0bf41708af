/** From a kernel to its shader: one writer per core. */
import type { Kernel } from '../ir/kernel.ts';
import { attentionKernel } from './attention.ts';
import { mapKernel } from './map.ts';
import { matmulKernel } from './matmul/matmul.ts';
import { siblingsKernel } from './matmul/siblings.ts';
import type { MatmulTile } from './matmul/tiles.ts';
import { panelsKernel } from './panels.ts';
import type { ElementwiseOps } from './program-text.ts';
import { rowsKernel } from './rows.ts';
import { stagesKernel } from './stages.ts';
import { topKKernel } from './top-k.ts';
import type { GeneratedKernel } from './shader.ts';

/**
 * @param tile The tile for matmuls; other cores take no notice.
 * @throws {WgslError} for what has no WGSL (f16).
 */
export function generateKernel(kernel: Kernel, tile: MatmulTile, elementwise: ElementwiseOps): GeneratedKernel {
  const { core } = kernel;
  switch (core.kind) {
    case 'map':
      return mapKernel(kernel, core, elementwise);
    case 'rows':
      return rowsKernel(kernel, core, elementwise);
    case 'stages':
      return stagesKernel(kernel, core, elementwise);
    case 'top_k':
      return topKKernel(kernel, core, elementwise);
    case 'matmul':
      return matmulKernel(kernel, core, tile, elementwise);
    case 'siblings':
      return siblingsKernel(core, tile, elementwise);
    case 'attention':
      return attentionKernel(kernel, core, elementwise);
    case 'panels':
      return panelsKernel(kernel, core, elementwise);
    default:
      return core satisfies never;
  }
}
