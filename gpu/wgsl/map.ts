/** Elementwise kernels: one invocation per point. */
import type { Kernel, KernelCore } from '../ir/kernel.ts';
import { programWriter, storesText, type KernelContext } from './program-text.ts';
import { Scope } from './scope.ts';
import { GROUP_NUMBER, mainHead, Shader, type GeneratedKernel } from './shader.ts';

const WORKGROUP = [64, 1, 1] as const;

export function mapKernel(
  kernel: Kernel,
  core: Extract<KernelCore, { kind: 'map' }>,
  context: KernelContext,
): GeneratedKernel {
  const shader = new Shader(context);
  const main = new Scope(mainHead(WORKGROUP), ['point']);
  main.line(`let point = (${GROUP_NUMBER}) * 64u + local.x;`);
  main.line(`if (point >= ${shader.word('count', core.count)}) { return; }`);
  storesText(kernel.epilogue, kernel.stores, main, programWriter(shader, context.elementwise));
  return shader.finish(main.render(), WORKGROUP, Math.ceil(core.count / WORKGROUP[0]));
}
