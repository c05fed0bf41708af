/** Operators that take element by element. */
import { FOREIGN } from '../../../graph/foreign.ts';
import type { ParameterValue } from '../../../graph/schema.ts';
import { floatOf, intOf, stringOf } from '../attributes.ts';
import { broadcastDims, scalar, uniform } from '../constant.ts';
import { finite, kindOfValue, type Draft, type Value } from '../draft.ts';
import { kindOf } from '../tensor.ts';
import {
  arithmetic,
  asKind,
  constantOf,
  scalarBeside,
  sizesOf,
  type Arithmetic,
  type Operator,
  type OperatorContext,
} from './operator.ts';

export const ELEMENTWISE: readonly (readonly [string, Operator])[] = [
  ['Add', operation('add')],
  ['Sub', operation('subtract')],
  ['Mul', operation('multiply')],
  ['Div', operation('divide')],
  ['Pow', operation('power')],
  ['Sqrt', unary('sqrt')],
  ['Exp', unary('exp')],
  ['Log', unary('log')],
  ['Tanh', unary('tanh')],
  ['Sigmoid', unary('sigmoid')],
  ['Relu', unary('relu')],
  ['Neg', ({ draft, inputs: [x] }) => [scaled(draft, x!, -1)]],
  ['Abs', ({ draft, inputs: [x] }) => [absolute(draft, x!)]],
  ['Reciprocal', ({ draft, inputs: [x] }) => [draft.value('power', { value: -1 }, { a: x! })]],
  ['Erf', erf],
  ['Gelu', gelu],
  ['com.microsoft.Gelu', ({ draft, inputs: [x] }) => [draft.value('gelu', {}, { input: x! })]],
  ['com.microsoft.FastGelu', fastGelu],
  ['com.microsoft.QuickGelu', quickGelu],
  [
    'com.microsoft.BiasGelu',
    ({ draft, inputs: [x, bias] }) => [draft.value('gelu', {}, { input: arithmetic(draft, 'add', x!, bias!) })],
  ],
  ['Softplus', ({ draft, inputs: [x] }) => [softplus(draft, x!)]],
  ['Not', ({ draft, inputs: [x] }) => [draft.value('logical_not', {}, { input: x! })]],
  ['And', ({ draft, inputs: [a, b] }) => [draft.value('logical_and', {}, { a: a!, b: b! })]],
  ['Or', ({ draft, inputs: [a, b] }) => [draft.value('logical_or', {}, { a: a!, b: b! })]],
  ['Equal', comparison('equal')],
  ['Less', comparison('less')],
  ['LessOrEqual', comparison('less_equal')],
  ['Greater', comparison('greater')],
  ['GreaterOrEqual', comparison('greater_equal')],
  ['IsNaN', ({ draft, inputs: [x] }) => [draft.value('compare', { comparison: 'not_equal' }, { a: x!, b: x! })]],
  ['Sum', ({ draft, inputs }) => [sum(draft, inputs as readonly Value[])]],
  ['Mean', ({ draft, inputs }) => [scaled(draft, sum(draft, inputs as readonly Value[]), 1 / inputs.length)]],
  ['LeakyRelu', leakyRelu],
  ['Max', extremum('greater_equal')],
  ['Min', extremum('less_equal')],
  ['Clip', clip],
  ['Where', where],
  ['Cast', cast],
  ['CastLike', ({ draft, inputs: [x, like] }) => [asKind(draft, x!, kindOfValue(like!)!)]],
  ['Identity', ({ inputs: [x] }) => [x]],
  ['Dropout', dropout],
];

function operation(type: Arithmetic): Operator {
  return ({ draft, inputs: [a, b] }) => [arithmetic(draft, type, a!, b!)];
}

function unary(type: string): Operator {
  return ({ draft, inputs: [x] }) => (kindOfValue(x!) === 'float' ? [draft.value(type, {}, { input: x! })] : undefined);
}

function scaled(draft: Draft, x: Value, factor: number): Value {
  if (factor === -1 && kindOfValue(x) === 'float') return draft.value('negate', {}, { input: x });
  return arithmetic(draft, 'multiply', x, { kind: 'constant', constant: scalar(factor, 'float') });
}

function sum(draft: Draft, values: readonly Value[]): Value {
  return values.reduce((a, b) => arithmetic(draft, 'add', a, b));
}

/** max(x, 0) − α·max(−x, 0). */
function leakyRelu({ node, draft, inputs: [x] }: OperatorContext): readonly Value[] {
  const below = draft.value('relu', {}, { input: draft.value('negate', {}, { input: x! }) });
  const part = scaled(draft, below, floatOf(node, 'alpha', 0.01));
  return [draft.value('subtract', {}, { a: draft.value('relu', {}, { input: x! }), b: part })];
}

/** max(x, 0) + max(−x, 0): one of the two is 0. */
function absolute(draft: Draft, x: Value): Value {
  const number = asKind(draft, x, 'float');
  const negative = draft.value('relu', {}, { input: draft.value('negate', {}, { input: number }) });
  const sum = draft.value('add', {}, { a: draft.value('relu', {}, { input: number }), b: negative });
  return asKind(draft, sum, kindOfValue(x)!);
}

/** No node computes it alone; most stand in a GELU, which raise.ts finds. */
function erf({ draft, inputs: [x] }: OperatorContext): readonly Value[] {
  const input = draft.wired(x!);
  const outputs = { output_0: input.node.outputs[input.port] };
  const node = draft.given({
    type: `${FOREIGN}Erf`,
    params: {},
    inputs: { input_0: input },
    outputs,
    hint: draft.place.hint,
  });
  return [{ kind: 'wire', ref: { node, port: 'output_0' } }];
}

function gelu({ node, draft, inputs: [x] }: OperatorContext): readonly Value[] {
  return [draft.value('gelu', { approximate: stringOf(node, 'approximate', 'none') }, { input: x! })];
}

/** The tanh form, of the sum with a bias where there is one. */
function fastGelu({ draft, inputs: [x, bias] }: OperatorContext): readonly Value[] {
  const input = bias ? arithmetic(draft, 'add', x!, bias) : x!;
  return [draft.value('gelu', { approximate: 'tanh' }, { input })];
}

/** x · σ(αx). */
function quickGelu({ node, draft, inputs: [x] }: OperatorContext): readonly Value[] {
  const alpha = floatOf(node, 'alpha', 1.702);
  if (Math.abs(alpha - 1.702) < 1e-6) return [draft.value('quick_gelu', {}, { input: x! })];
  const gate = draft.value('sigmoid', {}, { input: draft.value('multiply', { value: alpha }, { a: x! }) });
  return [draft.value('multiply', {}, { a: x!, b: gate })];
}

/** ln(1 + eˣ) = −ln σ(−x). */
function softplus(draft: Draft, x: Value): Value {
  const negative = draft.value('negate', {}, { input: x });
  return draft.value('negate', {}, { input: draft.value('log_sigmoid', {}, { input: negative }) });
}

/** Of numbers of one kind; whether two masks are equal is asked of them as numbers. */
function comparison(name: string): Operator {
  return ({ draft, inputs: [a, b] }) => {
    const [left, right] = [a!, b!].map((value) =>
      kindOfValue(value) === 'bool' ? asKind(draft, value, 'int') : value,
    );
    return [compare(draft, name, left!, right!)];
  };
}

/** The other way round. */
const MIRRORED: Readonly<Record<string, string>> = {
  equal: 'equal',
  less: 'greater',
  less_equal: 'greater_equal',
  greater: 'less',
  greater_equal: 'less_equal',
};

function compare(draft: Draft, name: string, a: Value, b: Value): Value {
  const right = scalarBeside(b, a);
  if (right !== undefined && a.kind === 'wire')
    return draft.value('compare', { comparison: name, value: right }, { a });
  if (a.kind === 'constant' && b.kind === 'wire') return compare(draft, MIRRORED[name]!, b, a);
  return draft.value('compare', { comparison: name }, { a, b });
}

/** The greatest or least of its operands: a where a ≥ b, else b. */
function extremum(name: 'greater_equal' | 'less_equal'): Operator {
  return ({ draft, inputs }) => {
    const kind = kindOfValue(inputs[0]!)!;
    const operands = inputs.map((input) => asKind(draft, input!, 'float'));
    // What is computed first, so that a number stands for what is known.
    const ordered = [
      ...operands.filter(({ kind }) => kind === 'wire'),
      ...operands.filter(({ kind }) => kind === 'constant'),
    ];
    return [
      asKind(
        draft,
        ordered.reduce((a, b) => chosen(draft, compare(draft, name, a, b), a, b)),
        kind,
      ),
    ];
  };
}

function chosen(draft: Draft, condition: Value, a: Value, b: Value): Value {
  const number = scalarBeside(b, a);
  if (number !== undefined && a.kind === 'wire') return draft.value('where', { value: number }, { condition, a });
  return draft.value('where', {}, { condition, a, b });
}

/** Until operator set 10 the bounds are attributes. */
function clip({ node, draft, operatorSet, inputs: [x, least, most] }: OperatorContext): readonly Value[] | undefined {
  const bound = (value: Value | undefined, name: string): number | undefined => {
    if (operatorSet < 11) return node.attributes.has(name) ? floatOf(node, name, 0) : undefined;
    const known = constantOf(value);
    return known && uniform(known);
  };
  const [minimum, maximum] = [bound(least, 'min'), bound(most, 'max')];
  if ((least && minimum === undefined) || (most && maximum === undefined)) return undefined;
  const kind = kindOfValue(x!)!;
  let result = asKind(draft, x!, 'float');
  for (const [comparison, value] of [
    ['greater_equal', minimum],
    ['less_equal', maximum],
  ] as const) {
    if (value === undefined || !Number.isFinite(value)) continue;
    const condition = draft.value('compare', { comparison, value }, { a: result });
    result = draft.value('where', { value }, { condition, a: result });
  }
  return [asKind(draft, result, kind)];
}

function where({ draft, inputs: [condition, a, b] }: OperatorContext): readonly Value[] {
  const kind = kindOfValue(a!)!;
  const [yes, no] = [asKind(draft, a!, 'float'), asKind(draft, b!, 'float')];
  return [asKind(draft, choose(draft, condition!, yes, no), kind)];
}

/** Each side may be one number, however low; what is left must have the shape of all three. */
function choose(draft: Draft, condition: Value, a: Value, b: Value): Value {
  const whole = [a, b].reduce((dims, value) => broadcastDims(dims, sizesOf(value)) ?? dims, sizesOf(condition)).join();
  const numberOf = (value: Value, other: Value): ParameterValue | undefined => {
    const known = constantOf(value);
    const number = known && known.name === undefined ? uniform(known) : undefined;
    const fits = broadcastDims(sizesOf(condition), sizesOf(other))?.join() === whole;
    return number !== undefined && !Number.isNaN(number) && fits ? finite(number) : undefined;
  };
  const no = numberOf(b, a);
  if (no !== undefined) return draft.value('where', { value: no }, { condition, a });
  const yes = numberOf(a, b);
  if (yes === undefined) return draft.value('where', {}, { condition, a, b });
  const otherwise = draft.value('logical_not', {}, { input: condition });
  return draft.value('where', { value: yes }, { condition: otherwise, a: b });
}

function cast({ node, draft, inputs: [x] }: OperatorContext): readonly Value[] | undefined {
  const kind = kindOf(intOf(node, 'to', 0));
  return kind && [asKind(draft, x!, kind)];
}

/** It drops in training alone: what says so is an operand, and missing in a model that was written to be used. */
function dropout({ draft, inputs: [x, ratio, training] }: OperatorContext): readonly Value[] | undefined {
  const trains = training ? constantOf(training)?.numbers()[0] : 0;
  const p = ratio ? constantOf(ratio)?.numbers()[0] : 0.5;
  if (trains === undefined || p === undefined) return undefined;
  return [trains === 0 || p === 0 ? x! : draft.value('dropout', { p }, { input: x! })];
}
