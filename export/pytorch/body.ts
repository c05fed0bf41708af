/** Statements being written: values that are read once stand inside the expression that reads them, where that fits a line. */
import type { PortType } from '../../graph/signature.ts';
import { call, name, type Python } from '../../nodes/python.ts';
import type { TorchTarget } from '../../nodes/torch.ts';
import type { Names } from './names.ts';
import { layOut, printPython, WIDTH } from './print.ts';
import { occurrences } from './scope.ts';
import { shapeText } from './shapes.ts';
import { withoutUnread, type Statement } from './unread.ts';

/** A value of the body. */
export interface Entry {
  /** A name, or the whole expression while it is not assigned. */
  python: Python;
  readonly type: PortType | undefined;
  /** Gives the value a name of its own; absent once it has one, or needs none. */
  assign?: ((wanted?: string) => void) | undefined;
}

export interface Body {
  /** The statements, without what neither they nor the results read: a shape that is known needs no value. */
  readonly finish: (results: readonly Python[]) => readonly string[];
  /** A value under a name, in a statement of its own. */
  readonly assigned: (names: readonly string[], value: Python, type: PortType | undefined) => Entry;
  /** A value that waits for the expression that reads it. */
  readonly waiting: (names: readonly string[], value: Python, type: PortType | undefined) => Entry;
  /** `a, (b, _) = value`. */
  readonly unpack: (targets: readonly TorchTarget[], value: Python) => void;
  /** A variable that exists, or was claimed, under a new value. */
  readonly set: (target: string, value: Python) => void;
  /** `for variable in items:`, with what `inside` writes below it. */
  readonly loop: (variable: string, items: Python, inside: () => void) => void;
  /** The first of the names that is free, or one like the last. */
  readonly claim: (names: readonly string[]) => string;
  /**
   * Builds something out of values; those that it repeats, or that make it too long, are assigned first.
   * @param room characters of the line that are taken.
   */
  readonly settle: <T>(
    build: (read: (entry: Entry) => Python) => T,
    parts: (built: T) => readonly Python[],
    room: number,
  ) => T;
}

export function createBody(names: Names, indent: string): Body {
  const statements: Statement[] = [];
  let depth = indent;

  const claim = (wanted: readonly string[]): string => {
    const free = wanted.find((candidate) => names.isFree(candidate));
    return names.claim(free ?? wanted.at(-1)!);
  };
  /** Shapes of what was read last: one that is new is worth a comment. */
  let before: ReadonlySet<string> = new Set();
  const laidOut = (target: string, value: Python, type: PortType | undefined, read = before): readonly string[] => {
    const statement = layOut(`${target} = `, value, '', depth);
    const shape = type && shapeText(type);
    const comment = shape === undefined || read.has(shape) || type!.dims.length === 0 ? '' : `  # ${shape}`;
    if (statement.length === 1 && statement[0]!.length + comment.length <= WIDTH) statement[0] += comment;
    return statement;
  };
  const write = (target: string, value: Python, type: PortType | undefined, read = before): void => {
    statements.push({ lines: laidOut(target, value, type, read), targets: [target], writeWith: () => [] });
  };
  return {
    finish: (results) => withoutUnread(statements, results),
    claim,
    assigned: (wanted, value, type) => {
      const target = claim(wanted);
      write(target, value, type);
      return { python: name(target), type };
    },
    waiting: (wanted, value, type) => {
      const entry: Entry = { python: value, type };
      const read = before;
      entry.assign = (target) => {
        const given = target ?? claim(wanted);
        write(given, entry.python, type, read);
        entry.python = name(given);
        entry.assign = undefined;
      };
      return entry;
    },
    unpack: (targets, value) => {
      const indent = depth;
      const writeWith = (kept: readonly TorchTarget[]) => layOutUnpacking(kept, value, indent);
      statements.push({ lines: writeWith(targets), targets, writeWith });
    },
    set: (target, value) => statements.push({ lines: laidOut(target, value, undefined) }),
    loop: (variable, items, inside) => {
      statements.push({ lines: layOut(`for ${variable} in `, items, ':', depth) });
      depth += '    ';
      inside();
      depth = depth.slice(4);
    },
    settle: (build, parts, room) => {
      for (;;) {
        const read = new Set<Entry>();
        const shapes = new Set<string>();
        const built = build((entry) => {
          if (entry.assign) read.add(entry);
          if (entry.type) shapes.add(shapeText(entry.type));
          return entry.python;
        });
        const whole = call('', parts(built));
        const repeated = [...read].find(({ python }) => occurrences(whole, python) !== 1);
        const width = Math.max(...parts(built).map((part) => printPython(part).length)) + depth.length + room;
        const culprit = repeated ?? (width > WIDTH ? widest(read) : undefined);
        if (!culprit) {
          for (const entry of read) entry.assign = undefined;
          before = shapes;
          return built;
        }
        culprit.assign!();
      }
    },
  };
}

/** The first that takes about as much room as any. */
function widest(entries: ReadonlySet<Entry>): Entry | undefined {
  const widths = Array.from(entries, (entry) => ({ entry, width: printPython(entry.python).length }));
  const most = Math.max(...widths.map(({ width }) => width));
  return widths.find(({ width }) => width >= 0.7 * most)?.entry;
}

/** Targets stand one below the other where they are too many for a line, as black sets them. */
function layOutUnpacking(targets: readonly TorchTarget[], value: Python, indent: string): readonly string[] {
  const joined = `${targetText(targets)} = `;
  if (indent.length + joined.length + '('.length <= WIDTH) return layOut(joined, value, '', indent);
  const inner = `${indent}    `;
  const all = `${inner}${targetText(targets)}`;
  const lines =
    all.length <= WIDTH && targets.length > 1 ? [all] : targets.map((target) => `${inner}${targetItem(target)},`);
  return [`${indent}(`, ...lines, ...layOut(') = ', value, '', indent)];
}

function targetItem(target: TorchTarget): string {
  if (target === null) return '_';
  return typeof target === 'string' ? target : `(${targetText(target)})`;
}

function targetText(targets: readonly TorchTarget[]): string {
  const texts = targets.map(targetItem);
  return texts.length === 1 ? `${texts[0]},` : texts.join(', ');
}
