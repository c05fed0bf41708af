import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMarkdown, parseSpans } from './markdown.ts';

test('headings, paragraphs, lists and code', () => {
  expect(parseMarkdown('# Where\nClick a **patch**\nnow.\n\n- one\n* `two`\n\n```\na  b\n```')).toEqual([
    { kind: 'heading', spans: [{ kind: 'text', text: 'Where' }] },
    {
      kind: 'paragraph',
      spans: [
        { kind: 'text', text: 'Click a ' },
        { kind: 'bold', text: 'patch' },
        { kind: 'text', text: ' now.' },
      ],
    },
    { kind: 'list', items: [[{ kind: 'text', text: 'one' }], [{ kind: 'code', text: 'two' }]] },
    { kind: 'code', text: 'a  b' },
  ]);
});

test('emphasis, and stars that are none', () => {
  expect(parseSpans('row *i* of 2 * 3 * 4')).toEqual([
    { kind: 'text', text: 'row ' },
    { kind: 'emphasis', text: 'i' },
    { kind: 'text', text: ' of 2 * 3 * 4' },
  ]);
});

test('markup and unclosed marks stay text', () => {
  expect(parseSpans('<b onclick="x">**half')).toEqual([{ kind: 'text', text: '<b onclick="x">**half' }]);
});

test('any text parses, and no word of it is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b1', '**', '`', '# ', '- ', '\n', '```', ' ')), (parts) => {
      const text = parts.join('');
      const shown = JSON.stringify(parseMarkdown(text));
      for (const word of ['a', 'b1']) {
        // What follows the fence on its own line names a language and is not shown.
        if (text.includes(word) && !text.includes('```')) expect(shown).toContain(word);
      }
    }),
  );
});
