/** What tests compare: analyses as short texts. */
import { analyse, type Analysis, type AnalyseOptions } from '../analyse.ts';
import { portPath, type InstanceTree } from '../instance.ts';
import { describeShape } from '../patterns.ts';
import { describeProblem, type Problem } from '../problems.ts';
import type { PatchbayDocument } from '../schema.ts';
import { LIBRARY } from './library.ts';

export function analysed(document: PatchbayDocument, options: AnalyseOptions = {}) {
  return analyse(document, LIBRARY, options);
}

/** `error shape.mismatch blocks.0.fc1 input input: …` */
export function showProblem(problem: Problem): string {
  return `${problem.severity} ${problem.code} ${describeProblem(problem)}`;
}

export function problemsOf(document: PatchbayDocument, options: AnalyseOptions = {}): string[] {
  return analysed(document, options).problems.map(showProblem);
}

/** The shape of an output port; undefined where there is none. */
export function shapeAt(
  document: PatchbayDocument,
  path: string,
  port: string,
  options: AnalyseOptions = {},
): string | undefined {
  const type = analysed(document, options).inference.outputs.get(portPath(path, port));
  return type && describeShape(type.dims);
}

/** Every leaf's sources: `blocks.1.fc1: input ← blocks.0.sum.output`. */
export function wiresOf(tree: InstanceTree): string[] {
  return tree.construction.flatMap(({ path, inputs }) =>
    Object.entries(inputs).map(([port, source]) => `${path}.${port} ← ${source.path}.${source.port}`),
  );
}

/** An analysis with its maps as lists of entries: one with replaced values is none of JavaScript's (replaced-map.ts). */
export function plainAnalysis({ tree, inference, problems }: Analysis) {
  const { byPath, ...restOfTree } = tree;
  const { inputs, outputs, blocked } = inference;
  return {
    tree: restOfTree,
    paths: [...byPath],
    types: [[...inputs], [...outputs], [...blocked]],
    shapeProblems: inference.problems,
    problems,
  };
}
