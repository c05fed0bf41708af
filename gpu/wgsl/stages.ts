/**
 * Small kernels in one dispatch: a single workgroup does one after the other, its invocations sharing out the points or rows
 * of each, with a barrier between. What one stage computes for the next stands in workgroup memory.
 */
import type { Kernel, KernelCore } from '../ir/kernel.ts';
import { WgslError } from './errors.ts';
import { programWriter, storesText, type KernelContext } from './program-text.ts';
import { LANES, lanesFor, rowHead } from './row-scope.ts';
import { rowText, rowVariables } from './rows.ts';
import { Scope } from './scope.ts';
import { Shader, storageType, type GeneratedKernel } from './shader.ts';

const WORKGROUP = [LANES, 1, 1] as const;

export function stagesKernel(
  kernel: Kernel,
  { stages, shared }: Extract<KernelCore, { kind: 'stages' }>,
  context: KernelContext,
): GeneratedKernel {
  const shader = new Shader(context);
  const lanesOf = ({ core }: Kernel) => (core.kind === 'rows' ? lanesFor(core.steps, context.traits) : undefined);
  const main = new Scope(
    rowHead(
      shader,
      WORKGROUP,
      stages.map(lanesOf).find((lanes) => lanes !== undefined),
    ),
  );
  const names = new Map<number, string>();
  for (const { value, dtype } of stages.flatMap(({ stores }) => stores)) {
    const count = shared.get(value);
    if (count === undefined) continue;
    const name = `shared_${names.size}`;
    names.set(value, name);
    shader.declare(`var<workgroup> ${name}: array<${storageType(dtype)}, ${count}>;`);
  }
  const stored = new Set(kernel.stores.map(({ value }) => value));
  const writer = programWriter(shader, context.elementwise, { shared: names, hasBuffer: (value) => stored.has(value) });
  for (const [index, stage] of stages.entries()) {
    if (index > 0) main.line('workgroupBarrier();');
    const { core } = stage;
    const loop = (name: string, count: number, variables: readonly string[] = []): Scope => {
      const end = shader.word(`${name}s`, count);
      const head = `for (var ${name} = local.x; ${name} < ${end}; ${name} += ${WORKGROUP[0]}u)`;
      return main.block(head, [name, ...variables]);
    };
    const each = (name: string, count: number, variables: readonly string[]): Scope =>
      main.block(`for (var ${name} = 0u; ${name} < ${shader.word(`${name}s`, count)}; ${name}++)`, [
        name,
        ...variables,
      ]);
    if (core.kind === 'map') {
      storesText(stage.epilogue, stage.stores, loop('point', core.count), writer);
    } else if (core.kind === 'rows') {
      const lanes = lanesOf(stage);
      const scope = lanes ? each('row', core.rows, rowVariables(core)) : loop('row', core.rows, rowVariables(core));
      rowText(stage, core, { main: scope, writer, steps: shader.word('steps', core.steps), lanes });
      // What the lanes of this row put together stands where that of the next will.
      if (lanes) scope.line('workgroupBarrier();');
    } else throw new WgslError(`a stage of one workgroup computes no ${core.kind}`);
  }
  return shader.finish(main.render(), WORKGROUP, 1);
}
