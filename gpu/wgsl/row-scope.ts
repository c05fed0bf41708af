/** The frame of kernels that walk along rows: one invocation a row, without barriers, so that two runs give the same bits. */
import { programWriter, type KernelContext, type ProgramWriter } from './program-text.ts';
import { Scope, type Bound } from './scope.ts';
import { GROUP_NUMBER, mainHead, Shader, type GeneratedKernel } from './shader.ts';

/** Small, so that a few hundred rows are spread over all cores of a software adapter. */
const WORKGROUP = [16, 1, 1] as const;

export interface RowScope {
  readonly main: Scope;
  readonly writer: ProgramWriter;
  /** Uniform: steps in a row. */
  readonly steps: string;
}

/** @param variables Names that `main` defines later. */
export function startRows(
  rows: number,
  steps: number,
  { elementwise, halves }: KernelContext,
  variables: readonly string[] = [],
): RowScope {
  const shader = new Shader(halves);
  const main = new Scope(mainHead(WORKGROUP), ['row', ...variables]);
  main.line(`let row = (${GROUP_NUMBER}) * ${WORKGROUP[0]}u + local.x;`);
  main.line(`if (row >= ${shader.word('rows', rows)}) { return; }`);
  return { main, writer: programWriter(shader, elementwise), steps: shader.word('steps', steps) };
}

export function finishRows({ main, writer }: RowScope, rows: number): GeneratedKernel {
  return writer.shader.finish(main.render(), WORKGROUP, Math.ceil(rows / WORKGROUP[0]));
}

export function stepLoop({ steps }: RowScope): string {
  return `for (var step = 0u; step < ${steps}; step++)`;
}

export function bound(name: string): Bound {
  return { text: name, depends: new Set([name]) };
}
