/**
 * Kernels that walk along rows, pass after pass: reductions, softmax, norms, and what else is made of a row's sums and
 * extremes. Passes that need nothing of each other go along the row together. Sums are taken in chunks, whose rounding
 * errors grow with the chunk and the number of chunks rather than with the row.
 */
import { mentions } from '../ir/index-expression.ts';
import type { Kernel, KernelCore, RowPass } from '../ir/kernel.ts';
import type { DType } from '../ir/types.ts';
import { programText, storesText, type KernelContext } from './program-text.ts';
import { bound, finishRows, LANES, lanesFor, startRows, stepLoop, type Lanes, type RowScope } from './row-scope.ts';
import type { Bound } from './scope.ts';
import { storageType, type GeneratedKernel } from './shader.ts';

/** Steps that are summed before their sum is added to the row's. */
const CHUNK = 32;

type RowsCore = Extract<KernelCore, { kind: 'rows' }>;

export function rowsKernel(kernel: Kernel, core: RowsCore, context: KernelContext): GeneratedKernel {
  const lanes = lanesFor(core.steps, context.traits);
  const row = startRows(core.rows, core.steps, context, rowVariables(core), lanes);
  rowText(kernel, core, row);
  return finishRows(row, core.rows);
}

/** Names that `rowText` gives values in its scope. */
export function rowVariables({ passes }: RowsCore): string[] {
  return passes.map((_, index) => `product_${index}`);
}

/** What is done for one row. */
export function rowText(kernel: Kernel, core: RowsCore, row: RowScope): void {
  const products = rowVariables(core).map(bound);
  const { lanes } = row;
  for (const group of together(core.passes)) {
    if (lanes) walkTogether(row, lanes, group, products);
    else walk(row, group, products);
  }
  const perStep = Map.groupBy(kernel.stores, ({ index }) => mentions(index, 'step'));
  const ofRow = perStep.get(false) ?? [];
  if (ofRow.length > 0) {
    const once = lanes ? row.main.block('if (local.x == 0u)') : row.main;
    storesText(kernel.epilogue, ofRow, once, row.writer, products);
  }
  const along = perStep.get(true) ?? [];
  if (along.length === 0) return;
  storesText(kernel.epilogue, along, row.main.block(stepLoop(row), ['step']), row.writer, products);
}

interface NumberedPass extends RowPass {
  readonly index: number;
}

/** The passes in groups, each of which needs products of earlier groups only. */
function together(passes: readonly RowPass[]): NumberedPass[][] {
  const groups: NumberedPass[][] = [];
  for (const [index, pass] of passes.entries()) {
    const last = groups.at(-1);
    const known = last?.[0]!.index ?? 0;
    const waits = pass.element.some((scalar) => scalar.kind === 'core' && scalar.product >= known);
    if (last && !waits) last.push({ ...pass, index });
    else groups.push([{ ...pass, index }]);
  }
  return groups;
}

/** Goes along the row once, for all passes of the group, and defines their products. */
function walk(row: RowScope, group: readonly NumberedPass[], products: readonly Bound[]): void {
  const { main, writer, steps } = row;
  for (const { index, combine, element } of group) {
    const { dtype } = element.at(-1)!;
    main.line(`var all_${index} = ${writer.shader.number(identityOf(combine, dtype), dtype)};`);
  }
  const chunks = main.block(`for (var start = 0u; start < ${steps}; start += ${CHUNK}u)`, ['start']);
  const sums = group.filter(({ combine }) => isSum(combine));
  for (const { index, element } of sums) chunks.line(`var part_${index} = ${storageType(element.at(-1)!.dtype)}(0);`);
  const loop = chunks.block(`for (var step = start; step < min(start + ${CHUNK}u, ${steps}); step++)`, ['step']);
  for (const { index, combine, element } of group) {
    const x = `${storageType(element.at(-1)!.dtype)}(${programText(element, loop, writer, products).at(-1)!.text})`;
    loop.line(isSum(combine) ? `part_${index} += ${x};` : `all_${index} = ${combine}(all_${index}, ${x});`);
  }
  for (const { index } of sums) chunks.line(`all_${index} += part_${index};`);
  for (const { index, combine, element } of group) {
    const count = `${storageType(element.at(-1)!.dtype)}(${steps})`;
    main.line(`let ${products[index]!.text} = ${combine === 'mean' ? `all_${index} / ${count}` : `all_${index}`};`);
  }
}

/** As `walk`, each lane over its steps; then what they have is put together, in the same order each time. */
function walkTogether(row: RowScope, lanes: Lanes, group: readonly NumberedPass[], products: readonly Bound[]): void {
  const { main, writer, steps } = row;
  const parts = group.map(({ index, combine, element }) => {
    const { dtype } = element.at(-1)!;
    const type = storageType(dtype);
    main.line(`var all_${index} = ${writer.shader.number(identityOf(combine, dtype), dtype)};`);
    const shared = `of_lanes_${index}_${type}`;
    writer.shader.declare(`var<workgroup> ${shared}: array<${type}, ${LANES}>;`);
    return { all: `all_${index}`, shared, type, index, combine, element };
  });
  const loop = main.block(stepLoop(row), ['step']);
  for (const { all, type, combine, element } of parts) {
    const x = `${type}(${programText(element, loop, writer, products).at(-1)!.text})`;
    loop.line(`${all} = ${combined(combine, all, x)};`);
  }
  if (lanes.subgroups) {
    for (const { all, combine } of parts) main.line(`${all} = ${IN_SUBGROUP[combine]}(${all});`);
    const first = main.block('if (subgroup_lane == 0u)');
    for (const { all, shared } of parts) first.line(`${shared}[subgroup] = ${all};`);
    main.line('workgroupBarrier();');
    for (const { all, shared } of parts) main.line(`${all} = ${shared}[0];`);
    const others = main.block('for (var s = 1u; s < subgroups; s++)');
    for (const { all, shared, combine } of parts) others.line(`${all} = ${combined(combine, all, `${shared}[s]`)};`);
  } else {
    for (const { all, shared } of parts) main.line(`${shared}[local.x] = ${all};`);
    const halves = main.block(`for (var half = ${LANES / 2}u; half > 0u; half /= 2u)`);
    halves.line('workgroupBarrier();');
    const lower = halves.block('if (local.x < half)');
    for (const { shared, combine } of parts) {
      lower.line(`${shared}[local.x] = ${combined(combine, `${shared}[local.x]`, `${shared}[local.x + half]`)};`);
    }
    main.line('workgroupBarrier();');
    for (const { all, shared } of parts) main.line(`${all} = ${shared}[0];`);
  }
  for (const { all, type, index, combine } of parts) {
    main.line(`let ${products[index]!.text} = ${combine === 'mean' ? `${all} / ${type}(${steps})` : all};`);
  }
}

const IN_SUBGROUP = {
  sum: 'subgroupAdd',
  mean: 'subgroupAdd',
  max: 'subgroupMax',
  min: 'subgroupMin',
} as const satisfies Record<RowPass['combine'], string>;

function combined(combine: RowPass['combine'], one: string, other: string): string {
  return isSum(combine) ? `${one} + ${other}` : `${combine}(${one}, ${other})`;
}

function isSum(combine: RowPass['combine']): combine is 'sum' | 'mean' {
  return combine === 'sum' || combine === 'mean';
}

/** What a row without steps comes to, and others start from. */
function identityOf(combine: RowPass['combine'], dtype: DType): number {
  if (isSum(combine)) return 0;
  if (dtype === 'i32') return combine === 'max' ? -0x8000_0000 : 0x7fff_ffff;
  return combine === 'max' ? -Infinity : Infinity;
}
