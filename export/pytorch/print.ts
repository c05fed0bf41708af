/** Python expressions as text: parentheses where precedence wants them, lines broken as black breaks them. */
import type { Python, PythonArgument } from '../../nodes/python.ts';

/** Black's line length. */
export const WIDTH = 88;

const INDENT = '    ';

/** On one line. */
export function printPython(python: Python): string {
  return print(python, 0);
}

/**
 * `${before}${python}${after}` with an indentation, broken inside the last brackets where it is too long.
 * @returns the lines, indented.
 */
export function layOut(before: string, python: Python, after: string, indent: string): string[] {
  const line = `${indent}${before}${printPython(python)}${after}`;
  if (line.length <= WIDTH) return [line];
  const bracketed = lastBrackets(python);
  // A name that is too long for what stands before it goes to a line of its own, where the whole fits.
  const isTooLong = bracketed && after !== ',' && indent.length + before.length + bracketed.head.length > WIDTH;
  const fitsBelow = indent.length + INDENT.length + printPython(python).length <= WIDTH;
  if (bracketed && bracketed.items.length > 0 && !(isTooLong && fitsBelow)) {
    const head = `${indent}${before}${bracketed.head}`;
    const inner = indent + INDENT;
    const joined = inner + bracketed.items.map(printArgument).join(bracketed.comma === '' ? ' ' : ', ');
    const tail = `${indent}${bracketed.tail}${after}`;
    const onlyTuple = bracketed.tail.startsWith(')') && python.kind === 'tuple' && bracketed.items.length === 1;
    // What is returned stands one below the other, as black sets it.
    const isReturned = python.kind === 'tuple' && before === 'return ';
    if (joined.length <= WIDTH && !onlyTuple && !isReturned) return [head, joined, tail];
    const items = bracketed.items.flatMap((item) =>
      item.value.kind === 'comprehension-part'
        ? [inner + item.value.text]
        : layOut(item.name === undefined ? '' : `${item.name}=`, item.value, bracketed.comma, inner),
    );
    return [head, ...items, tail];
  }
  // Black's invisible parentheses become visible.
  const inner = indent + INDENT;
  const whole = `${inner}${printPython(python)}`;
  const lines = whole.length <= WIDTH ? [whole] : operands(python).map((operand) => `${inner}${operand}`);
  return [`${indent}${before}(`, ...lines, `${indent})${after}`];
}

interface Brackets {
  readonly head: string;
  readonly items: readonly (PythonArgument | { readonly name?: undefined; readonly value: ComprehensionPart })[];
  readonly tail: string;
  /** What follows each item on a line of its own. */
  readonly comma: ',' | '';
}

/** `for _ in range(n)`, which is no expression. */
interface ComprehensionPart {
  readonly kind: 'comprehension-part';
  readonly text: string;
}

function lastBrackets(python: Python): Brackets | undefined {
  switch (python.kind) {
    case 'call': {
      const head = `${print(python.callee, PRIMARY)}(`;
      const [only] = python.args;
      // A generator alone in a call needs no parentheses of its own.
      if (only?.value.kind === 'repeat' && python.args.length === 1)
        return { ...generator(only.value), head, tail: ')' };
      return { head, items: python.args, tail: ')', comma: ',' };
    }
    case 'tuple':
      return { head: '(', items: python.items.map((value) => ({ value })), tail: ')', comma: ',' };
    case 'repeat':
      return { ...generator(python), head: '(', tail: ')' };
    default:
      return undefined;
  }
}

function generator({ element, count }: Extract<Python, { kind: 'repeat' }>): Pick<Brackets, 'items' | 'comma'> {
  const loop: ComprehensionPart = { kind: 'comprehension-part', text: loopOf(count) };
  return { items: [{ value: element }, { value: loop }], comma: '' };
}

function loopOf(count: Python): string {
  return `for _ in range(${print(count, 0)})`;
}

function printArgument(argument: Brackets['items'][number]): string {
  const { value } = argument;
  if (value.kind === 'comprehension-part') return value.text;
  return argument.name === undefined ? print(value, 0) : `${argument.name}=${print(value, 0)}`;
}

/** The operands of the loosest operator, each but the first behind it. */
function operands(python: Python): string[] {
  if (python.kind !== 'binary') return [printPython(python)];
  const { operator, left, right } = python;
  const precedence = BINARY[operator];
  const before =
    left.kind === 'binary' && BINARY[left.operator] === precedence ? operands(left) : [print(left, precedence)];
  return [...before, `${operator} ${print(right, precedence + 1)}`];
}

/** Loosest first; https://docs.python.org/3/reference/expressions.html#operator-precedence */
const CONDITIONAL = 1;
const NOT = 4;
const COMPARE = 5;
const UNARY = 11;
const PRIMARY = 13;
const BINARY = {
  or: 2,
  and: 3,
  '|': 6,
  '&': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '@': 10,
  '/': 10,
  '//': 10,
  '%': 10,
  '**': 12,
} as const;

/** @param least what binds looser than this stands in parentheses. */
function print(python: Python, least: number): string {
  const wrap = (precedence: number, text: string) => (precedence < least ? `(${text})` : text);
  switch (python.kind) {
    case 'name':
      return python.name;
    case 'literal':
      // `1.real` is no attribute of a number.
      return least === PRIMARY && /^\d/.test(python.text) ? `(${python.text})` : python.text;
    case 'string':
      return quote(python.value);
    case 'attribute':
      return `${print(python.of, PRIMARY)}.${python.name}`;
    case 'call': {
      const callee = print(python.callee, PRIMARY);
      const [only] = python.args;
      if (only?.value.kind === 'repeat' && python.args.length === 1) return callee + print(only.value, 0);
      return `${callee}(${python.args.map(printArgument).join(', ')})`;
    }
    case 'index':
      return `${print(python.of, PRIMARY)}[${python.items.map((item) => print(item, 0)).join(', ')}]`;
    case 'slice':
      return printSlice(python);
    case 'unary': {
      const precedence = python.operator === 'not' ? NOT : UNARY;
      const operator = python.operator === 'not' ? 'not ' : python.operator;
      // `--x` reads like an operator that Python does not have.
      const doubled = python.operand.kind === 'unary' && python.operator !== 'not';
      return wrap(precedence, operator + print(python.operand, doubled ? precedence + 1 : precedence));
    }
    case 'binary':
      return wrap(BINARY[python.operator], printBinary(python));
    case 'compare': {
      const [first, ...rest] = python.operands.map((operand) => print(operand, COMPARE + 1));
      return wrap(COMPARE, first + rest.map((operand, index) => ` ${python.operators[index]} ${operand}`).join(''));
    }
    case 'conditional': {
      const { value, test, otherwise } = python;
      const [left, middle, right] = [
        print(value, CONDITIONAL + 1),
        print(test, CONDITIONAL + 1),
        print(otherwise, CONDITIONAL),
      ];
      return wrap(CONDITIONAL, `${left} if ${middle} else ${right}`);
    }
    case 'tuple': {
      const items = python.items.map((item) => print(item, 0));
      return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
    }
    case 'repeat':
      return `(${print(python.element, 0)} ${loopOf(python.count)})`;
    default:
      return python satisfies never;
  }
}

function printBinary({ operator, left, right }: Extract<Python, { kind: 'binary' }>): string {
  const precedence = BINARY[operator];
  // `**` groups from the right, and its exponent may have a sign.
  if (operator === '**') {
    const [base, exponent] = [print(left, precedence + 1), print(right, UNARY)];
    return left.kind !== 'unary' && isSimple(left) && isSimple(right)
      ? `${base}**${exponent}`
      : `${base} ** ${exponent}`;
  }
  return `${print(left, precedence)} ${operator} ${print(right, precedence + 1)}`;
}

/** Black hugs `**` between names, numbers and attributes. */
function isSimple(python: Python): boolean {
  switch (python.kind) {
    case 'name':
      return true;
    case 'literal':
      return true;
    case 'attribute':
      return isSimple(python.of) && python.of.kind !== 'literal';
    case 'unary':
      return python.operator === '-' && isSimple(python.operand) && python.operand.kind !== 'unary';
    default:
      return false;
  }
}

function printSlice({ start, stop, step }: Extract<Python, { kind: 'slice' }>): string {
  const parts = [start, stop, step].map((part) => (part ? print(part, 0) : ''));
  // Black sets spaces around the colon of a bound that is more than a name or a number.
  const complex = [start, stop, step].some((part) => part && !isSimple(part));
  const shown = step ? parts : parts.slice(0, 2);
  if (!complex) return shown.join(':');
  return shown.join(' : ').replace(/^ /, '').replace(/ $/, '');
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A Python string literal in double quotes: what is not plain text is escaped, so that nothing ends it early. */
export function quote(text: string): string {
  return `"${escapeText(text, /["\\\n\r\t]/)}"`;
}

/** What does not print, turns the direction of a line, or is half a character: written as an escape. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

/** @param also characters to escape beside those that no source file should hold. */
export function escapeText(text: string, also: RegExp): string {
  return Array.from(text, (character) => {
    if (also.test(character)) return ESCAPES[character] ?? `\\${character}`;
    return INVISIBLE.test(character) ? escapeCodePoint(character.codePointAt(0)!) : character;
  }).join('');
}

function escapeCodePoint(code: number): string {
  // Half a character cannot be encoded: Python would not compile the docstring that it stands in.
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
