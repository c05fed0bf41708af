/** From a kernel to its shader: one writer per core. */
import type { Kernel } from '../ir/kernel.ts';
import { attentionKernel } from './attention.ts';
import { mapKernel } from './map.ts';
import { matrixKernel } from './matmul/matrix.ts';
import { matmulKernel } from './matmul/matmul.ts';
import { siblingsKernel } from './matmul/siblings.ts';
import { fittedTile, type MatmulTile } from './matmul/tiles.ts';
import { vectorKernel } from './matmul/vector.ts';
import { panelsKernel } from './panels.ts';
import type { KernelContext } from './program-text.ts';
import { rowsKernel } from './rows.ts';
import { stagesKernel } from './stages.ts';
import { topKKernel } from './top-k.ts';
import type { GeneratedKernel } from './shader.ts';

/**
 * @param tile The tile for matmuls; other cores take no notice.
 * @throws {WgslError} for what has no WGSL (f16).
 */
export function generateKernel(kernel: Kernel, tile: MatmulTile, context: KernelContext): GeneratedKernel {
  const { core } = kernel;
  switch (core.kind) {
    case 'map':
      return mapKernel(kernel, core, context);
    case 'rows':
      return rowsKernel(kernel, core, context);
    case 'stages':
      return stagesKernel(kernel, core, context);
    case 'top_k':
      return topKKernel(kernel, core, context);
    case 'matmul': {
      const fitted = fittedTile(tile, core);
      if (fitted.family === 'matrix') return matrixKernel(kernel, core, fitted, context);
      if (fitted.family === 'vector') return vectorKernel(kernel, core, fitted, context);
      return matmulKernel(kernel, core, fitted, context);
    }
    case 'siblings':
      return siblingsKernel(core, tile, context);
    case 'attention':
      return attentionKernel(kernel, core, context);
    case 'panels':
      return panelsKernel(kernel, core, context);
    default:
      return core satisfies never;
  }
}
