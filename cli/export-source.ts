/** A loaded model as the export targets take it. */
import { basename } from 'node:path';
import type { ExportSource } from '../export/target.ts';
import { leavesOf } from './leaves.ts';
import type { PlannedModel } from './model.ts';

/** @param reference GRAPH as the call has it: a file, or `template:NAME`. */
export function exportSource(reference: string, model: PlannedModel): ExportSource {
  const { document, tree, inference, weights, sources } = model;
  const name = basename(reference.replace(/^template:/, '')).replace(/\.patchbay$/i, '');
  return { name, document, tree, inference, weights, sources, leaf: leavesOf(model, false).read };
}
