/** Names that statements give and nobody reads. */
import type { Python } from '../../nodes/python.ts';
import type { TorchTarget } from '../../nodes/torch.ts';
import { printPython } from './print.ts';

export interface Statement {
  readonly lines: readonly string[];
  /** What it gives names to, where it does nothing else; absent: it stays as it is. */
  readonly targets?: readonly TorchTarget[];
  /** Its lines where fewer names are read. */
  readonly writeWith?: (targets: readonly TorchTarget[]) => readonly string[];
}

/** The lines of the statements; names that stand neither in another statement nor in the results are not given. */
export function withoutUnread(statements: readonly Statement[], results: readonly Python[]): readonly string[] {
  const texts = results.map((result) => [printPython(result)]);
  let kept = statements;
  for (;;) {
    // In how many of them a word stands: a name that is read stands in that which gives it and in one more.
    const counts = new Map<string, number>();
    for (const lines of [...texts, ...kept.map((statement) => statement.lines)])
      for (const word of wordsOf(lines)) counts.set(word, (counts.get(word) ?? 0) + 1);
    const isRead = (name: string): boolean => counts.get(name)! > 1;
    const next = kept.flatMap((statement) => {
      const { targets, writeWith } = statement;
      if (!targets || !writeWith) return [statement];
      const read = targets.map((target) => keepRead(target, isRead));
      if (read.every(isNothing)) return [];
      const all = namesIn(read).length === namesIn(targets).length;
      return all ? [statement] : [{ lines: writeWith(read), targets: read, writeWith }];
    });
    if (next.length === kept.length && next.every((statement, index) => statement === kept[index]))
      return next.flatMap(({ lines }) => lines);
    // What was read by a statement that went may be read by none now.
    kept = next;
  }
}

function wordsOf(lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.match(/\w+/g) ?? []));
}

function keepRead(target: TorchTarget, isRead: (name: string) => boolean): TorchTarget {
  if (target === null) return null;
  if (typeof target === 'string') return isRead(target) ? target : null;
  const parts = target.map((part) => keepRead(part, isRead));
  return parts.every(isNothing) ? null : parts;
}

function isNothing(target: TorchTarget): boolean {
  return target === null || (typeof target !== 'string' && target.every(isNothing));
}

function namesIn(targets: readonly TorchTarget[]): readonly string[] {
  return targets.flatMap((target) => (target === null ? [] : typeof target === 'string' ? [target] : namesIn(target)));
}
