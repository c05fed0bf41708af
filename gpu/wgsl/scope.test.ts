import { expect, test } from 'vitest';
import { add, constant, floorDivide, less, modulo, multiply, variable } from '../ir/index-arithmetic.ts';
import { conditionText, indexText } from './index-text.ts';
import { free, Scope } from './scope.ts';
import { NO_HALVES } from '../ir/storage.ts';
import { Shader } from './shader.ts';

const depends = (...names: string[]) => new Set(names);

test('a value is bound once, in the outermost block that knows what it depends on', () => {
  const main = new Scope('fn main()', ['row']);
  main.line('let row = 1u;');
  const loop = main.block('for (;;)', ['step']);
  const twice = loop.bind('i', 'row * 2u', depends('row'));
  expect(loop.bind('i', 'row * 2u', depends('row'))).toBe(twice);
  const sum = loop.bind('i', `${twice.text} + step`, depends('row', 'step'));
  loop.line(`use(${sum.text});`);
  expect(main.render()).toBe(
    [
      'fn main() {',
      '  let row = 1u;',
      '  let i0 = row * 2u;',
      '  for (;;) {',
      '    let i1 = i0 + step;',
      '    use(i1);',
      '  }',
      '}',
    ].join('\n'),
  );
});

test('a block does not see what its neighbour bound', () => {
  const main = new Scope('fn main()');
  const [first, second] = [main.block('for (;;)', ['step']), main.block('for (;;)', ['step'])];
  const a = first.bind('x', 'f(step)', depends('step'));
  const b = second.bind('x', 'f(step)', depends('step'));
  expect(a.text).not.toBe(b.text);
  expect(second.bind('n', 'g()', free('').depends).text).toBe(first.bind('n', 'g()', free('').depends).text);
});

/** The text of ((row * width + step) / height) % 5, for some sizes. */
function textOf(width: number, height: number): string {
  const shader = new Shader({ halves: NO_HALVES });
  const main = new Scope('fn main()', ['row', 'step']);
  const position = add(multiply(variable('row', 1000), width), variable('step', width));
  const index = modulo(floorDivide(position, height), 5);
  const writer = { shader, known: new Map<string, string>() };
  main.line(`use(${indexText(index, main, writer).text});`);
  main.line(`use(${conditionText(less(position, constant(7)), main, writer).text});`);
  return shader.finish(main.render(), [1, 1, 1], 1).wgsl;
}

test('sizes are uniform words: other sizes give the same text', () => {
  expect(textOf(96, 7)).toBe(textOf(50, 11));
  expect(textOf(96, 7)).not.toContain('96');
});

test.each(['i', 'u', 'f'])('of many values of the prefix %s none is called as a type is', (prefix) => {
  const main = new Scope('fn main()', ['row']);
  const names = Array.from({ length: 40 }, (_, index) => main.bind(prefix, `row + ${index}u`, depends('row')).text);
  expect(new Set(names).size).toBe(40);
  for (const type of ['i32', 'u32', 'f32', 'f16']) expect(names).not.toContain(type);
});
