/** What the dialog has to offer that saves weights: in which types, how many files, and under which names. */
import type { SaveRequest } from '../../export/weights/save-plan.ts';
import { FLOAT_TYPES, type FloatType } from '../../graph/formats/encode-floats.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { parseRenamingRule, rename } from '../../nodes/renaming.ts';
import type { OpenCheckpoint } from '../session/checkpoints.ts';

export interface SavingWeights {
  /** Null where the document names none: its weights are drawn. */
  readonly checkpoint: OpenCheckpoint | null;
}

/** A choice of a list: what is written down for it in the list, and what it is called. */
export interface Choice<T> {
  readonly id: string;
  readonly label: string;
  readonly value: T;
}

const TYPE_NAMES: Readonly<Record<FloatType, string>> = {
  F32: 'float32',
  F16: 'float16, half as large',
  BF16: 'bfloat16, half as large',
};

export function typeChoices({ checkpoint }: SavingWeights): readonly Choice<FloatType | null>[] {
  const own = checkpoint ? new Set(Array.from(checkpoint.entries.values(), ({ dtype }) => dtype)) : new Set(['F32']);
  const each = FLOAT_TYPES.map((value) => ({ id: value, label: TYPE_NAMES[value], value }));
  if (!checkpoint) return each;
  return [{ id: 'own', label: `as they are: ${[...own].toSorted().join(', ')}`, value: null }, ...each];
}

export const SPLIT_CHOICES: readonly Choice<number | null>[] = [
  { id: 'one', label: 'one file', value: null },
  { id: '0.5', label: 'files of at most 500 MB, with an index', value: 5e8 },
  { id: '2', label: 'files of at most 2 GB, with an index', value: 2e9 },
  { id: '5', label: 'files of at most 5 GB, with an index', value: 5e9 },
];

/** Both where the names differ; else there is nothing to choose. */
export function nameChoices(
  { weights }: PatchbayDocument,
  { checkpoint }: SavingWeights,
): readonly Choice<SaveRequest['names']>[] {
  const graph = { id: 'graph', label: 'those of the graph', value: 'graph' as const };
  const rules = (weights?.rename ?? []).map(parseRenamingRule);
  const isRenamed = (name: string) => ![name, null].includes(rename(name, rules));
  if (!checkpoint || ![...checkpoint.entries.keys()].some(isRenamed)) return [graph];
  return [graph, { id: 'original', label: `those that they have in ${checkpoint.name}`, value: 'original' as const }];
}

/** `model.safetensors` of the checkpoint or, of weights that are drawn, of the document. */
export function suggestedName({ weights }: PatchbayDocument, documentName: string): string {
  const named = weights?.path
    .split('/')
    .at(-1)!
    .replace(/\.(index\.json|safetensors)$/i, '');
  const stem = named?.replace(/\.safetensors$/i, '').replace(/-\d{5}-of-\d{5}$/, '');
  return `${stem ?? documentName.replace(/\.patchbay$/i, '')}.safetensors`;
}
