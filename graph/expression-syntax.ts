/**
 * Text to expression tree, in Python's grammar: jsep reads the tokens and the shape, this file gives operators
 * Python's precedence, keeps positions, and refuses what Python or Patchbay has no meaning for. Nothing is evaluated.
 */
import jsep from 'jsep';

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '*' | '/' | '//' | '%' | '**';

interface At {
  /** Offset in the text, in UTF-16 units. */
  readonly position: number;
}

export type Expression = At &
  (
    | { readonly kind: 'number'; readonly value: number; readonly float: boolean }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'prefix'; readonly operator: '-' | '+' | 'not'; readonly argument: Expression }
    | {
        readonly kind: 'arithmetic';
        readonly operator: Arithmetic;
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly kind: 'logic'; readonly operator: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
    /** Chained as in Python: `a < b < c` holds if `a < b` and `b < c`. */
    | { readonly kind: 'compare'; readonly operators: readonly Comparison[]; readonly operands: readonly Expression[] }
    | {
        readonly kind: 'conditional';
        readonly test: Expression;
        readonly value: Expression;
        readonly otherwise: Expression;
      }
    | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
    /** `input.shape[0]`: the size of a dimension of a node's input. */
    | { readonly kind: 'shape'; readonly input: string; readonly axis: Expression }
  );

/** What is wrong in an expression, and at which offset of its text. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** Offset in the text, in UTF-16 units. */
  readonly position: number;
  readonly code: 'syntax' | 'unknown-name' | 'value';

  constructor(message: string, position: number, code: 'syntax' | 'unknown-name' | 'value') {
    super(message);
    this.position = position;
    this.code = code;
  }
}

/** Longer ones are refused, so that no text can exhaust the stack. */
export const MAX_EXPRESSION_LENGTH = 500;

/** Python's precedence, loosest first. `-` binds tighter than `*`, and looser than `**`; `not` looser than `==`. */
const PRECEDENCE: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '//': 6,
  '%': 6,
  '**': 8,
};
const PREFIX_PRECEDENCE = { not: 3, '-': 7, '+': 7 } as const;

/** Python's keywords cannot be names; neither can the literals. */
const RESERVED = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** A jsep node with its offset; `Group` is ours: parentheses matter to prefixes and to chained comparisons. */
type Node = jsep.Expression & { start?: number };

configure();

/** jsep is configured once, here, in its own module scope; no other file uses it. */
function configure(): void {
  jsep.removeAllBinaryOps();
  jsep.removeAllUnaryOps();
  jsep.removeAllLiterals();
  for (const [operator, precedence] of Object.entries(PRECEDENCE))
    jsep.addBinaryOp(operator, precedence, operator === '**');
  for (const operator of Object.keys(PREFIX_PRECEDENCE)) jsep.addUnaryOp(operator);
  // jsep's ternary `?:` is not Python's.
  delete jsep.hooks['after-expression'];

  /** Offsets at which tokens being read began. */
  const starts = new WeakMap<jsep.HookScope, number[]>();
  jsep.hooks.add('gobble-token', function (env) {
    const stack = starts.get(this) ?? [];
    starts.set(this, stack);
    stack.push(this.index);
    if (/[0-9.]/.test(this.char)) {
      // Read here, because jsep runs no `after-token` for a number of its own.
      env.node = this.gobbleNumericLiteral()!;
    } else if (this.char === '(') {
      const inner = this.gobbleGroup();
      if (!inner) this.throwError('nothing between the parentheses');
      env.node = { type: 'Group', inner };
    }
  });
  jsep.hooks.add('after-token', function (env) {
    const start = starts.get(this)!.pop()!;
    if (env.node) (env.node as Node).start = start;
  });
  jsep.hooks.add('after-expression', function (env) {
    if (!env.node || !startsWord(this, 'if')) return;
    this.index += 2;
    const test = this.gobbleBinaryExpression();
    if (!test) this.throwError('a condition is missing after `if`');
    this.gobbleSpaces();
    if (!startsWord(this, 'else')) this.throwError('`else` is missing: write `a if condition else b`');
    this.index += 4;
    const otherwise = this.gobbleExpression();
    if (!otherwise) this.throwError('a value is missing after `else`');
    env.node = { type: 'PythonConditional', value: env.node, test, otherwise };
  });
}

function startsWord(scope: jsep.HookScope, word: string): boolean {
  return (
    scope.expr.startsWith(word, scope.index) &&
    !/[A-Za-z0-9_$\u0080-\uffff]/.test(scope.expr.charAt(scope.index + word.length))
  );
}

/**
 * Parses one expression.
 * @throws {ExpressionError} with the offset, if it is not one.
 */
export function parseExpression(text: string): Expression {
  if (text.length > MAX_EXPRESSION_LENGTH)
    throw syntax(`the expression is longer than ${MAX_EXPRESSION_LENGTH} characters`, MAX_EXPRESSION_LENGTH);
  if (text.trim() === '') throw syntax('the expression is empty', 0);
  let node: Node;
  try {
    node = jsep(text);
  } catch (error) {
    throw syntax(...jsepMessage(error, text));
  }
  return translate(node, text);
}

function jsepMessage(error: unknown, text: string): [string, number] {
  const { description, index } = error as { description?: unknown; index?: unknown };
  if (typeof description !== 'string' || typeof index !== 'number') throw error;
  const message = description.replaceAll(/[.\s]+$/g, '');
  return [message.charAt(0).toLowerCase() + message.slice(1), Math.min(index, text.length)];
}

function syntax(message: string, position: number): ExpressionError {
  return new ExpressionError(message, position, 'syntax');
}

function translate(node: Node, text: string): Expression {
  const position = startOf(node);
  switch (node.type) {
    case 'Literal':
      return literal(node as jsep.Literal, position);
    case 'Identifier': {
      const { name } = node as jsep.Identifier;
      if (name === 'True' || name === 'False') return { kind: 'bool', value: name === 'True', position };
      return { kind: 'name', name: checkedName(name, position), position };
    }
    case 'Group':
      return translate(node['inner'] as Node, text);
    case 'UnaryExpression': {
      const { operator, argument } = node as jsep.UnaryExpression;
      return prefix(operator as '-' | '+' | 'not', translate(argument, text), argument, position);
    }
    case 'BinaryExpression':
      return binary(node as jsep.BinaryExpression, text);
    case 'PythonConditional':
      return {
        kind: 'conditional',
        test: translate(node['test'] as Node, text),
        value: translate(node['value'] as Node, text),
        otherwise: translate(node['otherwise'] as Node, text),
        position,
      };
    case 'CallExpression':
      return call(node as jsep.CallExpression, position, text);
    case 'MemberExpression':
      return shapeOf(node as jsep.MemberExpression, position, text);
    case 'Compound': {
      const [, second] = (node as jsep.Compound).body;
      throw syntax('an operator is missing before this', second ? startOf(second) : 0);
    }
    case 'SequenceExpression':
      throw syntax('a comma may stand only between arguments', position);
    default:
      throw syntax('this is not part of an expression', position);
  }
}

function literal(node: jsep.Literal, position: number): Expression {
  const { value, raw } = node;
  if (typeof value === 'string') return { kind: 'string', value, position };
  if (typeof value !== 'number') throw syntax('this is not a number', position);
  const float = /[.eE]/.test(raw);
  if (!float && /^0[0-9]/.test(raw)) throw syntax('a whole number does not start with 0', position);
  if (!Number.isFinite(value) || (!float && !Number.isSafeInteger(value)))
    throw syntax(`the number ${raw} is too large`, position);
  return { kind: 'number', value, float, position };
}

function checkedName(name: string, position: number): string {
  if (RESERVED.has(name)) throw syntax(`\`${name}\` cannot stand here`, position);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw syntax(`"${name}" is not a name`, position);
  return name;
}

function prefix(operator: '-' | '+' | 'not', argument: Expression, source: Node, position: number): Expression {
  if (operator !== 'not' && isOpen(source, argument) && argument.kind === 'prefix' && argument.operator === 'not')
    throw syntax('`not` needs parentheses here', argument.position);
  return { kind: 'prefix', operator, argument, position };
}

function binary(node: jsep.BinaryExpression, text: string): Expression {
  const right = translate(node.right, text);
  if (isOpen(node.right, right) && right.kind === 'prefix' && right.operator === 'not' && !isLogic(node.operator))
    throw syntax('`not` needs parentheses here', right.position);
  const left = translate(node.left, text);
  return join(node.operator, left, isOpen(node.left, left), right);
}

/**
 * `left operator right`. jsep binds a prefix to its token, as if it were tightest; where Python binds the operator
 * tighter (`-a ** b`, `not a == b`), the operator goes inside the prefix.
 */
function join(operator: string, left: Expression, open: boolean, right: Expression): Expression {
  const { position } = left;
  if (open && left.kind === 'prefix' && PRECEDENCE[operator]! > PREFIX_PRECEDENCE[left.operator])
    return { ...left, argument: join(operator, left.argument, left.argument.kind === 'prefix', right) };
  if (isLogic(operator)) return { kind: 'logic', operator, left, right, position };
  if (PRECEDENCE[operator] !== PRECEDENCE['=='])
    return { kind: 'arithmetic', operator: operator as Arithmetic, left, right, position };
  if (open && left.kind === 'compare')
    return {
      kind: 'compare',
      operators: [...left.operators, operator as Comparison],
      operands: [...left.operands, right],
      position,
    };
  return { kind: 'compare', operators: [operator as Comparison], operands: [left, right], position };
}

function isLogic(operator: string): operator is 'and' | 'or' {
  return operator === 'and' || operator === 'or';
}

/** True if the expression is written without parentheses around it, so that neighbours may reach into it. */
function isOpen(node: Node, expression: Expression): boolean {
  return node.type !== 'Group' && (expression.kind === 'prefix' || expression.kind === 'compare');
}

function call(node: jsep.CallExpression, position: number, text: string): Expression {
  const { callee } = node;
  if (callee.type !== 'Identifier') throw syntax('only a function can be called', position);
  for (const argument of node.arguments.slice(1)) {
    const start = startOf(argument);
    if (!text.slice(0, start).trimEnd().endsWith(',')) throw syntax('a comma is missing before this', start);
  }
  return {
    kind: 'call',
    name: checkedName((callee as jsep.Identifier).name, position),
    arguments: node.arguments.map((argument) => translate(argument, text)),
    position,
  };
}

function shapeOf(node: jsep.MemberExpression, position: number, text: string): Expression {
  const object = node.object as jsep.MemberExpression;
  const isShape =
    node.computed &&
    object.type === 'MemberExpression' &&
    !object.computed &&
    (object.property as jsep.Identifier).name === 'shape' &&
    object.object.type === 'Identifier';
  if (!isShape) throw syntax('only an input has parts: `input.shape[0]`', position);
  const input = checkedName((object.object as jsep.Identifier).name, position);
  return { kind: 'shape', input, axis: translate(node.property, text), position };
}

/** Offset of a jsep node: its own, or that of its leftmost token. */
function startOf(node: Node): number {
  if (node.start !== undefined) return node.start;
  const first = node['left'] ?? node['value'] ?? (node['body'] as Node[] | undefined)?.[0];
  return first ? startOf(first as Node) : 0;
}
