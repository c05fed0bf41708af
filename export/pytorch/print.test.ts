import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  attribute,
  binary,
  call,
  float,
  index,
  int,
  name,
  string,
  tuple,
  unary,
  type Python,
} from '../../nodes/python.ts';
import { docstring } from './docstring.ts';
import { Names, snakeCase } from './names.ts';
import { layOut, printPython, quote, WIDTH } from './print.ts';

const [a, b, c] = [name('a'), name('b'), name('c')] as const;

test.each<[Python, string]>([
  [binary('*', binary('+', a, b), c), '(a + b) * c'],
  [binary('-', a, binary('-', b, c)), 'a - (b - c)'],
  [binary('**', binary('//', a, b), float(-0.5)), '(a // b) ** -0.5'],
  [binary('**', attribute(name('self'), 'head_dim'), float(-0.5)), 'self.head_dim**-0.5'],
  [binary('**', unary('-', a), int(2)), '(-a) ** 2'],
  [unary('-', binary('/', a, b)), '-(a / b)'],
  [unary('-', unary('-', a)), '-(-a)'],
  [unary('~', binary('&', a, b)), '~(a & b)'],
  [call(attribute(binary('@', a, b), 'transpose'), [int(1), int(2)]), '(a @ b).transpose(1, 2)'],
  [index(a, { kind: 'slice' }, { kind: 'slice', start: int(1), stop: int(-1) }), 'a[:, 1:-1]'],
  [tuple(a), '(a,)'],
  [float(1e-5), '1e-05'],
  [float(4), '4.0'],
  [
    call('nn.ModuleList', [{ kind: 'repeat', element: call('Block'), count: a }]),
    'nn.ModuleList(Block() for _ in range(a))',
  ],
])('%#: %j', (python, text) => {
  expect(printPython(python)).toBe(text);
});

test('a statement that is too long is broken inside its last brackets, as black does', () => {
  const args = ['alpha', 'beta', 'gamma', 'delta'].map((argument) => name(argument.repeat(3)));
  expect(layOut('self.projection = ', call('nn.Linear', args), '', '        ')).toEqual([
    '        self.projection = nn.Linear(',
    '            alphaalphaalpha, betabetabeta, gammagammagamma, deltadeltadelta',
    '        )',
  ]);
});

test('a string literal holds any text and nothing that ends it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const literal = quote(text);
      expect(literal).toMatch(/^"(?:[^"\\\n\r]|\\.)*"$/su);
      expect(literal).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
  expect(printPython(string('say "hi"\n'))).toBe(String.raw`"say \"hi\"\n"`);
});

test('a docstring ends where it should, within the width', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', '\\', ' ', 'a', '\n', '\u202e', 'é') }), (text) => {
      const lines = docstring({ text, args: [{ name: 'x', text }] }, '    ');
      // What is escaped stands between quotes, so that these are not next to each other.
      const inside = lines.join('\n').trim().slice(3, -3).replaceAll(/\\./gs, '-');
      expect(inside).not.toContain('"""');
      expect(inside).not.toMatch(/["\\]$/);
      if (!/\S{60}/.test(text)) for (const line of lines) expect(line.length).toBeLessThanOrEqual(WIDTH);
    }),
  );
});

test('names are identifiers, each given out once, never keywords or what is taken', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('class', 'torch', '__x', '_', '0', 'print', 'x'))),
      (wanted) => {
        const names = new Names(['torch', 'self']);
        const given = wanted.map((one) => names.claim(one));
        expect(new Set(given).size).toBe(given.length);
        for (const one of given) {
          expect(one).toMatch(/^(?!__)[A-Za-z_][A-Za-z0-9_]*$/);
          expect(['class', 'torch', 'self', '_', 'print']).not.toContain(one);
        }
      },
    ),
  );
});

test.each([
  ['ClipContrastiveLoss', 'clip_contrastive_loss'],
  ['TokenMerge', 'token_merge'],
  ['SigLIPLoss', 'sig_lip_loss'],
  ['already_snake', 'already_snake'],
])('%s is %s', (given, snake) => {
  expect(snakeCase(given)).toBe(snake);
});
