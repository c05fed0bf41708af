/** Weights that the person chose and that are not the graph's as they are called: what rules for their names make of them. */
import type { NonFinite } from '../../export/weights/non-finite.ts';
import type { InstanceTree } from '../../graph/instance.ts';
import { checkpointFit, type CheckpointFit } from '../../nodes/checkpoint.ts';
import { parseRenamingRule, RenamingError, type RenamingRule } from '../../nodes/renaming.ts';
import { weightShapes } from '../../nodes/weights.ts';
import type { PickedWeights } from '../session/checkpoints.ts';
import { nonFiniteOf } from './scan.ts';

export interface ProposedWeights extends PickedWeights {
  /** Rules to begin with. */
  readonly rename: readonly string[];
}

export interface ReadRules {
  /** As they are written down. */
  readonly texts: readonly string[];
  readonly rules: readonly RenamingRule[];
  /** Why a line is no rule; null if all are. */
  readonly fault: string | null;
}

/** A rule in each line; empty lines are none. Of one that cannot be understood the others still count. */
export function readRules(text: string): ReadRules {
  const texts: string[] = [];
  const rules: RenamingRule[] = [];
  let fault: string | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    const rule = line.trim();
    if (rule === '') continue;
    try {
      rules.push(parseRenamingRule(rule));
      texts.push(rule);
    } catch (error) {
      if (!(error instanceof RenamingError)) throw error;
      fault ??= `Line ${index + 1}: ${error.message}`;
    }
  }
  return { texts, rules, fault };
}

export function fitWith(
  tree: InstanceTree,
  { checkpoint }: PickedWeights,
  rules: readonly RenamingRule[],
): CheckpointFit {
  return checkpointFit(weightShapes(tree), { ...checkpoint, rules });
}

/** Every weight of the graph is there, and nothing else. */
export function isWhole({ missing, wrongShape, unexpected, clashing }: CheckpointFit): boolean {
  return missing.length + wrongShape.length + unexpected.length + clashing.length === 0;
}

/** More names than that are counted. */
const MOST_SHOWN = 40;

export interface FitGroup {
  readonly title: string;
  readonly count: number;
  /** What it means for whoever reads the list. */
  readonly help: string;
  readonly lines: readonly string[];
}

/** What is amiss, a group for each way; those that are empty are left out. */
export function groupsOf(
  fit: CheckpointFit,
  { checkpoint }: PickedWeights,
  nonFinite: readonly NonFinite[],
): readonly FitGroup[] {
  const shown = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
  const group = <T>(title: string, help: string, items: readonly T[], line: (item: T) => string): FitGroup[] =>
    items.length === 0 ? [] : [{ title, help, count: items.length, lines: items.slice(0, MOST_SHOWN).map(line) }];
  return [
    ...group(
      'missing',
      'the graph has them, the file does not',
      fit.missing,
      ({ path, shape }) => `${path} ${shown(shape)}`,
    ),
    ...group('of another shape', 'in the file, and in the graph', fit.wrongShape, ({ path, shape, entry }) => {
      const called = entry === path ? path : `${entry} as ${path}`;
      return `${called} ${shown(checkpoint.entries.get(entry)!.shape)}, not ${shown(shape)}`;
    }),
    ...group('left over', 'the file has them, the graph has no place for them', fit.unexpected, (name) => name),
    ...group(
      'with no numbers',
      'values that are NaN or infinite; the graph shows where they lead',
      nonFiniteOf(fit.matched, nonFinite),
      ({ name, element }) => `${name}, element ${element.toLocaleString()}`,
    ),
    ...group('of a name that is taken', 'rules give them the name of another', fit.clashing, (name) => name),
  ];
}

/** A rule that would make more of the names the graph's: one for what stands before all of them, here or there; or null. */
export function suggestRule(tree: InstanceTree, picked: PickedWeights, rules: readonly RenamingRule[]): string | null {
  const fit = fitWith(tree, picked, rules);
  const before = (name: string | undefined): string | null => /^[^.]+\./.exec(name ?? '')?.[0] ?? null;
  const [there, here] = [before(fit.unexpected[0]), before(fit.missing[0]?.path)];
  const candidates = [
    ...(there === null ? [] : [`${there}**=**`]),
    ...(here === null ? [] : [`**=${here}**`]),
    ...(there === null || here === null ? [] : [`${there}**=${here}**`]),
  ];
  let [best, most]: [string | null, number] = [null, fit.matched.length];
  for (const candidate of candidates) {
    const matched = fitWith(tree, picked, [...rules, parseRenamingRule(candidate)]).matched.length;
    if (matched > most) [best, most] = [candidate, matched];
  }
  return best;
}
