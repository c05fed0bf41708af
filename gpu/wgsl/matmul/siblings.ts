/**
 * Matmuls side by side: workgroups belong to one or another by their number. They share the loop over blocks in workgroup
 * memory; only the lines that load of a right matrix, and those that store, are there for each.
 */
import type { KernelCore } from '../../ir/kernel.ts';
import { WgslError } from '../errors.ts';
import { indexText } from '../index-text.ts';
import { programWriter, type KernelContext } from '../program-text.ts';
import { Scope } from '../scope.ts';
import { GROUP_NUMBER, mainHead, Shader, type GeneratedKernel } from '../shader.ts';
import { finish, gridOf, groupsOf, PLACE, placeText, stepsText } from './matmul.ts';
import { sharedProducts } from './shared.ts';
import type { MatmulTile } from './tiles.ts';

/** @throws {WgslError} for a tile in registers, whose loop reads the right matrix in every line. */
export function siblingsKernel(
  { members }: Extract<KernelCore, { kind: 'siblings' }>,
  tile: MatmulTile,
  context: KernelContext,
): GeneratedKernel {
  if (tile.family !== 'shared') throw new WgslError('matmuls side by side take a tile in workgroup memory');
  const shader = new Shader(context);
  const workgroup = [tile.across, tile.down, 1] as const;
  const main = new Scope(mainHead(workgroup), PLACE);
  const { core } = members[0]!;
  const grids = members.map((member) => gridOf(member.core, tile));
  const down = shader.word('groups_down', grids[0]!.down);
  main.line(`let place = ${GROUP_NUMBER};`);
  for (const name of ['member', 'group', 'across', 'columns']) main.line(`var ${name} = 0u;`);
  let total = 0;
  for (const [index, { across }] of grids.entries()) {
    const own = main.block(`if (place >= ${shader.word('first_group', total)})`);
    own.line(`member = ${index}u;`);
    own.line(`group = place - ${shader.word('first_group', total)};`);
    own.line(`across = ${shader.word('groups_across', across)};`);
    own.line(`columns = ${shader.word('columns', members[index]!.core.columns)};`);
    total += groupsOf(members[index]!.core, tile);
  }
  placeText(main, shader, core, tile, 'across', down);
  const writers = members.map(() => programWriter(shader, context.elementwise));
  const [rows, depth] = [shader.word('rows', core.rows), shader.word('depth', core.depth)];
  const leftBase = indexText(core.left.base, main, writers[0]!).text;
  const rights = members.map(({ core: { right, columns } }, index) => {
    const base = indexText(right.base, main, writers[index]!).text;
    return { operand: right, base, condition: isMember(index), columns };
  });
  const steps = stepsText(core, main, shader, depth);
  const common = { core, tile, shader, rows, columns: 'columns', depth, steps, leftBase };
  const product = sharedProducts({ ...common, main }, tile, rights);
  for (const [index, member] of members.entries()) {
    finish(member, { ...common, main: main.block(`if (${isMember(index)})`) }, writers[index]!, product);
  }
  return shader.finish(main.render(), workgroup, total);
}

function isMember(index: number): string {
  return `member == ${index}u`;
}
