/**
 * Rules by which the names in a checkpoint become those of a graph: `encoder.layers.*.fc1.**=blocks.*.mlp.fc1.**`. A `*`
 * stands for what lies between two dots, or a part of it, a `**` for anything; what they stand for comes back in the new
 * name, in the same order. The first rule that fits a name counts; a rule with nothing after its `=` leaves the name out.
 */

export class RenamingError extends Error {
  override readonly name = 'RenamingError';

  constructor(rule: string, problem: string) {
    super(`the rule "${rule}": ${problem}`);
  }
}

/** @returns the new name; null for a tensor that is left out, undefined where the rule does not fit. */
export type RenamingRule = (name: string) => string | null | undefined;

const STARS = /\*{1,2}/g;

/** @throws {RenamingError} where it cannot be understood. */
export function parseRenamingRule(rule: string): RenamingRule {
  const split = rule.indexOf('=');
  if (split < 0) throw new RenamingError(rule, 'write FROM=TO');
  const [from, to] = [rule.slice(0, split), rule.slice(split + 1)];
  if (from === '') throw new RenamingError(rule, 'there is no name before the =');
  const wanted = from.match(STARS) ?? [];
  const given = to.match(STARS) ?? [];
  if (given.some((star, index) => star !== wanted[index])) {
    throw new RenamingError(rule, 'the stars after the = must be those before it, in the same order');
  }
  const pattern = patternOf(from);
  return (name) => {
    const found = pattern.exec(name);
    if (!found) return undefined;
    if (to === '') return null;
    let part = 1;
    return to.replace(STARS, () => found[part++]!);
  };
}

/** A `**` takes as much as it can, and so does a `*`. */
function patternOf(from: string): RegExp {
  const text = from.replace(/\*{1,2}|[^*\w]/gu, (part) => {
    if (part === '**') return '(.*)';
    return part === '*' ? '([^.]*)' : `\\u{${part.codePointAt(0)!.toString(16)}}`;
  });
  return new RegExp(`^${text}$`, 'su');
}

/** The name by the first rule that fits; the name itself where none does; null where it is left out. */
export function rename(name: string, rules: readonly RenamingRule[]): string | null {
  for (const rule of rules) {
    const renamed = rule(name);
    if (renamed !== undefined) return renamed;
  }
  return name;
}
