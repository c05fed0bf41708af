/**
 * Python expressions as plain data: what node records write their PyTorch spelling in. A tree, not text, so that
 * precedence, quoting and line breaks are the printer's matter (export/pytorch/print.ts) and no name can become code.
 */

export type Python =
  /** An identifier or a dotted name of a library: `torch.cat`. Never a user's text; those go through export/pytorch/names.ts. */
  | { readonly kind: 'name'; readonly name: string }
  /** A number, `True`, `None`: as written. */
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'attribute'; readonly of: Python; readonly name: string }
  | { readonly kind: 'call'; readonly callee: Python; readonly args: readonly PythonArgument[] }
  | { readonly kind: 'index'; readonly of: Python; readonly items: readonly Python[] }
  | { readonly kind: 'slice'; readonly start?: Python; readonly stop?: Python; readonly step?: Python }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Python }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Python; readonly right: Python }
  /** Chained as in Python: `a < b < c`. */
  | { readonly kind: 'compare'; readonly operators: readonly CompareOperator[]; readonly operands: readonly Python[] }
  | { readonly kind: 'conditional'; readonly value: Python; readonly test: Python; readonly otherwise: Python }
  | { readonly kind: 'tuple'; readonly items: readonly Python[] }
  /** `(element for _ in range(count))`. */
  | { readonly kind: 'repeat'; readonly element: Python; readonly count: Python };

export type UnaryOperator = '-' | '+' | '~' | 'not';
export type BinaryOperator = '**' | '*' | '@' | '/' | '//' | '%' | '+' | '-' | '&' | '|' | 'and' | 'or';
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'is' | 'is not';

export interface PythonArgument {
  /** Absent: by position. */
  readonly name?: string;
  readonly value: Python;
}

export const NONE: Python = { kind: 'literal', text: 'None' };

export function name(name: string): Python {
  return { kind: 'name', name };
}

export function attribute(of: Python, name: string): Python {
  return { kind: 'attribute', of, name };
}

/** `callee(a, b, key=c)`; a callee given as text is a library's name. Arguments that are undefined are left out. */
export function call(
  callee: Python | string,
  args: readonly Python[] = [],
  keywords: Readonly<Record<string, Python | undefined>> = {},
): Python {
  const named = Object.entries(keywords).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  return {
    kind: 'call',
    callee: typeof callee === 'string' ? name(callee) : callee,
    args: [...args.map((value) => ({ value })), ...named],
  };
}

/** `of.method(a, key=b)`. */
export function method(
  of: Python,
  name: string,
  args: readonly Python[] = [],
  keywords: Readonly<Record<string, Python | undefined>> = {},
): Python {
  return call(attribute(of, name), args, keywords);
}

export function index(of: Python, ...items: readonly Python[]): Python {
  return { kind: 'index', of, items };
}

export function unary(operator: UnaryOperator, operand: Python): Python {
  return { kind: 'unary', operator, operand };
}

export function binary(operator: BinaryOperator, left: Python, right: Python): Python {
  return { kind: 'binary', operator, left, right };
}

export function compare(operator: CompareOperator, left: Python, right: Python): Python {
  return { kind: 'compare', operators: [operator], operands: [left, right] };
}

export function tuple(...items: readonly Python[]): Python {
  return { kind: 'tuple', items };
}

/** A whole number. */
export function int(value: number): Python {
  return value < 0 ? unary('-', int(-value)) : { kind: 'literal', text: String(BigInt(value)) };
}

/** A float as Python's `repr` writes it, which reads back to the same bits: `4.0`, `1e-05`. */
export function float(value: number): Python {
  if (Number.isNaN(value)) return call('float', [string('nan')]);
  if (value < 0 || Object.is(value, -0)) return unary('-', float(-value));
  if (value === Infinity) return call('float', [string('inf')]);
  if (Number.isInteger(value) && value < 1e16) return { kind: 'literal', text: value.toFixed(1) };
  if (value >= 1e16 || value < 1e-4) {
    const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
    return { kind: 'literal', text: `${mantissa}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}` };
  }
  return { kind: 'literal', text: String(value) };
}

export function bool(value: boolean): Python {
  return { kind: 'literal', text: value ? 'True' : 'False' };
}

export function string(value: string): Python {
  return { kind: 'string', value };
}

/** Equal trees print as equal text. */
export function samePython(a: Python, b: Python): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** The parts of an expression, in order. */
export function partsOf(python: Python): readonly Python[] {
  switch (python.kind) {
    case 'name':
    case 'literal':
    case 'string':
      return [];
    case 'attribute':
      return [python.of];
    case 'call':
      return [python.callee, ...python.args.map(({ value }) => value)];
    case 'index':
      return [python.of, ...python.items];
    case 'slice':
      return [python.start, python.stop, python.step].filter((part) => part !== undefined);
    case 'unary':
      return [python.operand];
    case 'binary':
      return [python.left, python.right];
    case 'compare':
      return python.operands;
    case 'conditional':
      return [python.value, python.test, python.otherwise];
    case 'tuple':
      return python.items;
    case 'repeat':
      return [python.element, python.count];
    default:
      return python satisfies never;
  }
}
