/** The largest elements of each row: one invocation walks one row, once per rank. */
import type { Kernel, KernelCore } from '../ir/kernel.ts';
import { programText, storesText, type KernelContext } from './program-text.ts';
import { bound, finishRows, startRows, stepLoop } from './row-scope.ts';
import { storageType, type GeneratedKernel } from './shader.ts';

/**
 * The largest elements by selection: for each rank the first largest of those that come after the rank before, smaller
 * or equal and further on. It reads a row once per rank, and keeps nothing but the last one found.
 */
export function topKKernel(
  kernel: Kernel,
  core: Extract<KernelCore, { kind: 'top_k' }>,
  context: KernelContext,
): GeneratedKernel {
  const row = startRows(core.rows, core.steps, context);
  const type = storageType(core.element.at(-1)!.dtype);
  row.main.line(`var last = ${type}(0);`);
  row.main.line('var last_step = 0u;');
  const ranks = row.writer.shader.word('ranks', core.ranks);
  const loop = row.main.block(`for (var rank = 0u; rank < ${ranks}; rank++)`, ['rank', 'value', 'found']);
  loop.line(`var best = ${type}(0);`);
  loop.line('var best_step = 0u;');
  loop.line('var any = false;');
  const walk = loop.block(stepLoop(row), ['step']);
  const x = programText(core.element, walk, row.writer).at(-1)!;
  walk.line(`let after = rank == 0u || ${x.text} < last || (${x.text} == last && step > last_step);`);
  walk.line(`if (after && (!any || ${x.text} > best)) {`);
  walk.line(`  best = ${x.text};`);
  walk.line('  best_step = step;');
  walk.line('  any = true;');
  walk.line('}');
  loop.line('last = best;');
  loop.line('last_step = best_step;');
  loop.line('let value = best;');
  loop.line('let found = bitcast<i32>(best_step);');
  storesText(kernel.epilogue, kernel.stores, loop, row.writer, [bound('value'), bound('found')]);
  return finishRows(row, core.rows);
}
