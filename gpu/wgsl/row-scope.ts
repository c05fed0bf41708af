/**
 * The frame of kernels that walk along rows. Where the CPU computes, and for short rows, one invocation takes a row, without
 * barriers; on a GPU a workgroup takes a long one, its lanes sharing out the steps. Either way two runs give the same bits.
 */
import type { AdapterTraits } from '../plan.ts';
import { programWriter, type KernelContext, type ProgramWriter } from './program-text.ts';
import { Scope, type Bound } from './scope.ts';
import { GROUP_NUMBER, mainHead, Shader, type GeneratedKernel } from './shader.ts';
import { SUBGROUP_VALUES, useSubgroups } from './subgroups.ts';

/** Small, so that a few hundred rows are spread over all cores of a software adapter. */
const WORKGROUP = [16, 1, 1] as const;

/** Invocations that share out the steps of a row; a power of 2. */
export const LANES = 64;
/** Steps from which on they do. */
const LONG_ROW = 32;

/** The lanes of a row: `local.x` is the number of one. */
export interface Lanes {
  /** Whether subgroups add up first what their lanes have. */
  readonly subgroups: boolean;
}

export interface RowScope {
  readonly main: Scope;
  readonly writer: ProgramWriter;
  /** Uniform: steps in a row. */
  readonly steps: string;
  /** Absent: one invocation takes the row. */
  readonly lanes?: Lanes | undefined;
}

/** Who takes a row of so many steps on such an adapter. */
export function lanesFor(steps: number, traits: AdapterTraits | undefined): Lanes | undefined {
  if (!traits || traits.software || steps < LONG_ROW) return undefined;
  return { subgroups: traits.subgroups };
}

/** @param variables Names that `main` defines later. */
export function startRows(
  rows: number,
  steps: number,
  context: KernelContext,
  variables: readonly string[] = [],
  lanes?: Lanes,
): RowScope {
  const shader = new Shader(context);
  const main = new Scope(rowHead(shader, workgroupOf(lanes), lanes), ['row', ...variables]);
  main.line(`let row = ${lanes ? GROUP_NUMBER : `(${GROUP_NUMBER}) * ${WORKGROUP[0]}u + local.x`};`);
  main.line(`if (row >= ${shader.word('rows', rows)}) { return; }`);
  return { main, writer: programWriter(shader, context.elementwise), steps: shader.word('steps', steps), lanes };
}

/** Head of a `main` whose rows have these lanes. */
export function rowHead(
  shader: Shader,
  workgroup: readonly [number, number, number],
  lanes: Lanes | undefined,
): string {
  if (!lanes?.subgroups) return mainHead(workgroup);
  useSubgroups(shader);
  return mainHead(workgroup, SUBGROUP_VALUES);
}

export function finishRows({ main, writer, lanes }: RowScope, rows: number): GeneratedKernel {
  const workgroup = workgroupOf(lanes);
  return writer.shader.finish(main.render(), workgroup, lanes ? rows : Math.ceil(rows / workgroup[0]));
}

function workgroupOf(lanes: Lanes | undefined): readonly [number, number, number] {
  return lanes ? [LANES, 1, 1] : WORKGROUP;
}

export function stepLoop({ steps, lanes }: RowScope): string {
  if (lanes) return `for (var step = local.x; step < ${steps}; step += ${LANES}u)`;
  return `for (var step = 0u; step < ${steps}; step++)`;
}

export function bound(name: string): Bound {
  return { text: name, depends: new Set([name]) };
}
