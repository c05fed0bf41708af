/**
 * Matmul for a few rows, where every number of the right matrix serves so few sums that reading it is the work: the lanes
 * of a workgroup share out the steps of each sum, so that many reads are under way at once and neighbours read neighbours,
 * and then add up what they have, always in the same order.
 */
import type { Kernel } from '../../ir/kernel.ts';
import { programWriter, storesText, type KernelContext } from '../program-text.ts';
import { Scope } from '../scope.ts';
import { GROUP_NUMBER, mainHead, Shader, type GeneratedKernel } from '../shader.ts';
import { SMALLEST_SUBGROUP, SUBGROUP_VALUES, useSubgroups } from '../subgroups.ts';
import {
  gridOf,
  groupsOf,
  inVectors,
  matmulWriter,
  PLACE,
  placeText,
  type MatmulCore,
  type MatmulWriter,
  type ProductAt,
} from './matmul.ts';
import { productsFromMemory } from './register.ts';
import type { VectorTile } from './tiles.ts';

export function vectorKernel(
  kernel: Kernel,
  core: MatmulCore,
  tile: VectorTile,
  context: KernelContext,
): GeneratedKernel {
  const shader = new Shader(context);
  // Neighbouring invocations read along the axis whose elements are neighbours in memory.
  const depthFirst = core.right.depthStride === 1;
  const workgroup = depthFirst ? ([tile.lanes, tile.across, 1] as const) : ([tile.across, tile.lanes, 1] as const);
  const [lane, place] = depthFirst ? ['local.x', 'local.y'] : ['local.y', 'local.x'];
  if (tile.subgroups) useSubgroups(shader);
  const main = new Scope(mainHead(workgroup, tile.subgroups ? SUBGROUP_VALUES : {}), PLACE);
  const grid = gridOf(core, tile);
  main.line(`let group = ${GROUP_NUMBER};`);
  const [across, down] = [shader.word('groups_across', grid.across), shader.word('groups_down', grid.down)];
  placeText(main, shader, core, tile, across, down, { across: place, down: '0u' });
  const programs = programWriter(shader, context.elementwise);
  const common = matmulWriter(core, tile, main, programs, context.texels);
  const { first, end } = common.steps;
  const writer: MatmulWriter = {
    ...common,
    walk: (width) =>
      `for (var k = ${inVectors(first, width)} + ${lane}; k < ${inVectors(end, width)}; k += ${tile.lanes}u)`,
  };
  const own = productsFromMemory(writer);
  main.line(`let item = local.y * ${workgroup[0]}u + local.x;`);
  const total = tile.subgroups ? addInSubgroups(writer, tile, own) : addInTree(writer, tile, own, [lane, place]);
  const columns = tile.columns * tile.across;
  const each = main.block(`for (var at = item; at < ${tile.rows * columns}u; at += ${workgroup[0] * workgroup[1]}u)`, [
    'row',
    'column',
    'product',
  ]);
  each.line(`let row = first_row + at / ${columns}u;`);
  each.line(`let column = first_column - ${place} * ${tile.columns}u + at % ${columns}u;`);
  each.line(`if (row >= ${writer.rows} || column >= ${writer.columns}) { continue; }`);
  total(each);
  storesText(kernel.epilogue, kernel.stores, each, programs, [{ text: 'product', depends: new Set(['product']) }]);
  return shader.finish(main.render(), workgroup, groupsOf(core, tile));
}

/** Gives `product` the sum at position `at` of the workgroup's results. */
type Total = (scope: Scope) => void;

/** Halves, again and again. */
function addInTree(
  { main, shader }: MatmulWriter,
  tile: VectorTile,
  own: ProductAt,
  [lane, place]: readonly [string, string],
): Total {
  const columns = tile.columns * tile.across;
  const results = tile.rows * columns;
  shader.declare(`var<workgroup> partial: array<f32, ${tile.lanes * results}>;`);
  main.line(`let place = ${lane} * ${results}u + ${place} * ${tile.columns}u;`);
  for (const [i, j] of positions(tile)) main.line(`partial[place + ${i * columns + j}u] = ${own(`${i}u`, `${j}u`)};`);
  const head = `for (var half = ${(tile.lanes / 2) * results}u; half >= ${results}u; half /= 2u)`;
  const halves = main.block(head);
  halves.line('workgroupBarrier();');
  const invocations = tile.lanes * tile.across;
  const pairs = halves.block(`for (var at = item; at < half; at += ${invocations}u)`);
  pairs.line('partial[at] += partial[at + half];');
  main.line('workgroupBarrier();');
  return (scope) => scope.line('let product = partial[at];');
}

/** Each subgroup for itself, then one after the other: whatever their size, and whichever lanes they are of. */
function addInSubgroups({ main, shader }: MatmulWriter, tile: VectorTile, own: ProductAt): Total {
  const results = tile.rows * tile.columns;
  shader.declare(`var<workgroup> partial: array<f32, ${(tile.lanes / SMALLEST_SUBGROUP) * results}>;`);
  for (const [i, j] of positions(tile)) {
    main.line(`let sum_${i}_${j} = subgroupAdd(${own(`${i}u`, `${j}u`)});`);
  }
  const first = main.block('if (subgroup_lane == 0u)');
  for (const [i, j] of positions(tile)) {
    first.line(`partial[subgroup * ${results}u + ${i * tile.columns + j}u] = sum_${i}_${j};`);
  }
  main.line('workgroupBarrier();');
  return (scope) => {
    scope.line('var product = 0.0;');
    scope.block('for (var s = 0u; s < subgroups; s++)').line(`product += partial[s * ${results}u + at];`);
  };
}

function positions({ rows, columns }: VectorTile): [number, number][] {
  return Array.from({ length: rows * columns }, (_, index) => [Math.floor(index / columns), index % columns]);
}
