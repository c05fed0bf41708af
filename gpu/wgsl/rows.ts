/**
 * Kernels that walk along rows: reductions, softmax, layer norm and top-k. One invocation walks one row, without barriers and
 * without atomics, so that two runs give the same bits; statistics are two-pass. Sums are taken in chunks, whose
 * rounding errors grow with the chunk and the number of chunks rather than with the row.
 */
import type { Combine, Kernel, KernelCore, Program } from '../ir/kernel.ts';
import type { DType } from '../ir/types.ts';
import { programText, programWriter, storesText, type ElementwiseOps, type ProgramWriter } from './program-text.ts';
import { Scope, type Bound } from './scope.ts';
import { GROUP_NUMBER, mainHead, Shader, storageType, type GeneratedKernel } from './shader.ts';

/** Small, so that a few hundred rows are spread over all cores of a software adapter. */
const WORKGROUP = [16, 1, 1] as const;

/** Steps that are summed before their sum is added to the row's. */
const CHUNK = 32;

export function reduceKernel(
  kernel: Kernel,
  core: Extract<KernelCore, { kind: 'reduce' }>,
  elementwise: ElementwiseOps,
): GeneratedKernel {
  const row = startRows(core.rows, core.steps, elementwise);
  const result = reduction(row, core.combine, core.element);
  storesText(kernel.epilogue, kernel.stores, row.main, row.writer, [result]);
  return finishRows(row, core.rows);
}

/** softmax(x)_i = exp(x_i − max x) / Σ_j exp(x_j − max x). */
export function softmaxKernel(
  kernel: Kernel,
  core: Extract<KernelCore, { kind: 'softmax' }>,
  elementwise: ElementwiseOps,
): GeneratedKernel {
  const row = startRows(core.rows, core.steps, elementwise);
  const maximum = reduction(row, 'max', core.element);
  const total = chunkedSum(row, 'total', core.element, (x) => `exp(${x} - ${maximum.text})`);
  row.main.line(`let scale = 1.0 / ${total};`);
  const loop = row.main.block(stepLoop(row), ['step', 'value']);
  const x = programText(core.element, loop, row.writer).at(-1)!;
  loop.line(`let value = exp(${x.text} - ${maximum.text}) * scale;`);
  storesText(kernel.epilogue, kernel.stores, loop, row.writer, [bound('value')]);
  return finishRows(row, core.rows);
}

/** (x − mean) / sqrt(variance + ε), the variance as the mean of (x − mean)². */
export function layerNormKernel(
  kernel: Kernel,
  core: Extract<KernelCore, { kind: 'layer_norm' }>,
  elementwise: ElementwiseOps,
): GeneratedKernel {
  const row = startRows(core.rows, core.steps, elementwise);
  const sum = chunkedSum(row, 'sum', core.element, (x) => x);
  row.main.line(`let mean = ${sum} / f32(${row.steps});`);
  const squares = chunkedSum(row, 'squares', core.element, (x) => `(${x} - mean) * (${x} - mean)`);
  const epsilon = row.writer.shader.number(core.epsilon, 'f32');
  row.main.line(`let scale = 1.0 / sqrt(${squares} / f32(${row.steps}) + ${epsilon});`);
  const loop = row.main.block(stepLoop(row), ['step', 'value']);
  const x = programText(core.element, loop, row.writer).at(-1)!;
  loop.line(`let value = (${x.text} - mean) * scale;`);
  storesText(kernel.epilogue, kernel.stores, loop, row.writer, [bound('value')]);
  return finishRows(row, core.rows);
}

/**
 * The largest elements by selection: for each rank the first largest of those that come after the rank before, smaller
 * or equal and further on. It reads a row once per rank, and keeps nothing but the last one found.
 */
export function topKKernel(
  kernel: Kernel,
  core: Extract<KernelCore, { kind: 'top_k' }>,
  elementwise: ElementwiseOps,
): GeneratedKernel {
  const row = startRows(core.rows, core.steps, elementwise);
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

interface RowScope {
  readonly main: Scope;
  readonly writer: ProgramWriter;
  /** Uniform: steps in a row. */
  readonly steps: string;
}

function startRows(rows: number, steps: number, elementwise: ElementwiseOps): RowScope {
  const shader = new Shader();
  const main = new Scope(mainHead(WORKGROUP), ['row', 'value']);
  main.line(`let row = (${GROUP_NUMBER}) * ${WORKGROUP[0]}u + local.x;`);
  main.line(`if (row >= ${shader.word('rows', rows)}) { return; }`);
  return { main, writer: programWriter(shader, elementwise), steps: shader.word('steps', steps) };
}

function finishRows({ main, writer }: RowScope, rows: number): GeneratedKernel {
  return writer.shader.finish(main.render(), WORKGROUP, Math.ceil(rows / WORKGROUP[0]));
}

function stepLoop({ steps }: RowScope): string {
  return `for (var step = 0u; step < ${steps}; step++)`;
}

function bound(name: string): Bound {
  return { text: name, depends: new Set([name]) };
}

/** Reduces the row's elements into `reduced`. */
function reduction(row: RowScope, combine: Combine, element: Program): Bound {
  const dtype = element.at(-1)!.dtype;
  if (combine === 'sum' || combine === 'mean') {
    const sum = chunkedSum(row, 'sum', element, (x) => x, dtype);
    const value = combine === 'sum' ? sum : `${sum} / ${storageType(dtype)}(${row.steps})`;
    row.main.line(`let value = ${value};`);
    return bound('value');
  }
  const type = storageType(dtype);
  row.main.line(`var extreme = ${row.writer.shader.number(identityOf(combine, dtype), dtype)};`);
  const loop = row.main.block(stepLoop(row), ['step']);
  const x = programText(element, loop, row.writer).at(-1)!;
  loop.line(`extreme = ${combine}(extreme, ${type}(${x.text}));`);
  row.main.line('let value = extreme;');
  return bound('value');
}

/** Sums `term` over the row, chunk by chunk, into the variable `name`. */
function chunkedSum(
  row: RowScope,
  name: string,
  element: Program,
  term: (x: string) => string,
  dtype: DType = 'f32',
): string {
  const type = storageType(dtype);
  row.main.line(`var ${name} = ${type}(0);`);
  const chunks = row.main.block(`for (var start = 0u; start < ${row.steps}; start += ${CHUNK}u)`, ['start']);
  chunks.line(`var part = ${type}(0);`);
  const loop = chunks.block(`for (var step = start; step < min(start + ${CHUNK}u, ${row.steps}); step++)`, ['step']);
  const x = programText(element, loop, row.writer).at(-1)!;
  loop.line(`part += ${term(x.text)};`);
  chunks.line(`${name} += part;`);
  return name;
}

/** What a maximum or minimum starts from. */
function identityOf(combine: 'max' | 'min', dtype: DType): number {
  if (dtype === 'i32') return combine === 'max' ? -0x8000_0000 : 0x7fff_ffff;
  return combine === 'max' ? -Infinity : Infinity;
}
