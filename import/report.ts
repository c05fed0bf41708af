/** What an import has to tell, in words that the command line and the application share. */
import { excerpt } from '../graph/error-text.ts';
import { countElements } from '../graph/formats/raw-tensor.ts';
import type { InstanceTree } from '../graph/instance.ts';
import type { PatchbayDocument } from '../graph/schema.ts';
import { weightShapes } from '../nodes/weights.ts';
import type { ImportedOnnx } from './onnx/import-onnx.ts';

export type Fact = readonly [name: string, value: string];

export interface ImportReport {
  readonly facts: readonly Fact[];
  /** What became something else than it was, or was left out; a line each. */
  readonly notes: readonly string[];
}

export function onnxReport({ document, weights, notes, placeholders }: ImportedOnnx): ImportReport {
  const parameters = weights.reduce((total, { constant }) => total + constant.count, 0);
  return {
    facts: [sizeOf(document), ['parameters', String(parameters)]],
    notes: [...notes, ...Array.from(placeholders, ([operator, count]) => placeholderNote(operator, count))],
  };
}

export function huggingFaceReport(
  className: string,
  document: PatchbayDocument,
  tree: InstanceTree,
  notes: readonly string[],
): ImportReport {
  const parameters = weightShapes(tree).reduce((total, { shape }) => total + (countElements(shape) ?? NaN), 0);
  return { facts: [['architecture', className], sizeOf(document), ['parameters', String(parameters)]], notes };
}

function sizeOf({ modules }: PatchbayDocument): Fact {
  const nodes = modules.reduce((total, module) => total + module.nodes.length, 0);
  return ['nodes', `${nodes} in ${modules.length} ${modules.length === 1 ? 'module' : 'modules'}`];
}

function placeholderNote(operator: string, count: number): string {
  const stand = count === 1 ? '1 placeholder stands for it' : `${count} placeholders stand for it`;
  return `${excerpt(operator)} was not taken over: ${stand}, and what needs it does not run`;
}
