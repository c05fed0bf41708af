/** The shipped modules that are losses over the scores of all pairs. */
import type { InstanceTree, ModuleInstance } from '../../../graph/instance.ts';

export const CONTRASTIVE_MODULES = { ClipContrastiveLoss: 'clip', SigLIPLoss: 'siglip' } as const;

/** Their instances, edited or not. */
export function contrastiveModules({ byPath }: InstanceTree): readonly ModuleInstance[] {
  return [...byPath.values()].filter((instance): instance is ModuleInstance => {
    return instance.kind === 'module' && Object.hasOwn(CONTRASTIVE_MODULES, instance.module);
  });
}
