/**
 * Products of each row with several matrices at once (the gates of a recurrent step): an invocation takes a few rows
 * and one column of every matrix, so that the epilogue has all products of a point at hand. Without barriers.
 */
import type { Kernel, KernelCore } from '../ir/kernel.ts';
import { indexText } from './index-text.ts';
import { alongDepth } from './matmul/register.ts';
import { programWriter, storesText, type KernelContext } from './program-text.ts';
import { Scope, type Bound } from './scope.ts';
import { GROUP_NUMBER, mainHead, Shader, type GeneratedKernel } from './shader.ts';

type PanelsCore = Extract<KernelCore, { kind: 'panels' }>;

/** Small, so that few rows are still spread over all cores. */
const WORKGROUP = [16, 1, 1] as const;

/** Rows that one invocation takes: what is read of the matrices serves all of them. */
const MOST_ROWS = 4;

export function panelsKernel(kernel: Kernel, core: PanelsCore, context: KernelContext): GeneratedKernel {
  const shader = new Shader(context);
  const programs = programWriter(shader, context.elementwise);
  const main = new Scope(mainHead(WORKGROUP), ['column']);
  const tileRows = core.rows >= MOST_ROWS ? MOST_ROWS : 1;
  const [rows, columns] = [shader.word('rows', core.rows), shader.word('columns', core.columns)];
  main.line(`let item = (${GROUP_NUMBER}) * ${WORKGROUP[0]}u + local.x;`);
  main.line(`let column = item % ${columns};`);
  main.line(`let first_row = item / ${columns} * ${tileRows}u;`);
  main.line(`if (first_row >= ${rows}) { return; }`);
  const width = alongDepth(core.left, core.depth) && alongDepth(core.right, core.depth) ? 4 : 1;
  const left = shader.read(core.left.value, 'f32', width);
  const right = shader.read(core.right.value, 'f32', width);
  const leftBase = indexText(core.left.base, main, programs).text;
  const rightBase = indexText(core.right.base, main, programs).text;
  const rowStride = shader.word('row_stride', core.left.stride / width);
  const columnStride = shader.word('column_stride', core.right.stride / width);
  const panelStride = shader.word('panel_stride', core.panelStride / width);
  const [leftStep, rightStep] = [core.left, core.right].map(({ depthStride }) =>
    width === 4 ? '1u' : shader.word('step', depthStride),
  );
  for (let i = 0; i < tileRows; i++) {
    main.line(`let left_${i} = ${leftBase} / ${width}u + min(first_row + ${i}u, ${rows} - 1u) * ${rowStride};`);
  }
  for (let p = 0; p < core.panels; p++) {
    main.line(`let right_${p} = ${rightBase} / ${width}u + column * ${columnStride} + ${p}u * ${panelStride};`);
  }
  main.line(`var sums: array<f32, ${tileRows * core.panels}>;`);
  const loop = main.block(`for (var k = 0u; k < ${shader.word('depth', core.depth / width)}; k++)`);
  for (let p = 0; p < core.panels; p++) loop.line(`let b${p} = ${right.at(`right_${p} + k * ${rightStep}`)};`);
  for (let i = 0; i < tileRows; i++) {
    loop.line(`let a${i} = ${left.at(`left_${i} + k * ${leftStep}`)};`);
    for (let p = 0; p < core.panels; p++) {
      const product = width === 4 ? `dot(a${i}, b${p})` : `a${i} * b${p}`;
      loop.line(`sums[${i * core.panels + p}] += ${product};`);
    }
  }
  const products = Array.from({ length: core.panels }, (_, p) => `product_${p}`);
  const down = main.block(shader.rolled('i', tileRows), ['row', ...products]);
  down.line('let row = first_row + i;');
  down.line(`if (row >= ${rows}) { break; }`);
  for (const [p, name] of products.entries()) down.line(`let ${name} = sums[i * ${core.panels}u + ${p}u];`);
  const bound = products.map((name): Bound => ({ text: name, depends: new Set([name]) }));
  storesText(kernel.epilogue, kernel.stores, down, programs, bound);
  const items = core.columns * Math.ceil(core.rows / tileRows);
  return shader.finish(main.render(), WORKGROUP, Math.ceil(items / WORKGROUP[0]));
}
