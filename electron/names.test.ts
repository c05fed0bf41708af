import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asFileName, asShown } from './names.ts';

test.each([
  ['vit.patchbay', 'vit.patchbay'],
  ['../../.ssh/authorized_keys', '-..-.ssh-authorized_keys'],
  ['/etc/cron.d/x', '-etc-cron.d-x'],
  ['C:\\Windows\\x', 'C--Windows-x'],
  ['a\0b', 'a\ufffdb'],
  ['..', 'Untitled'],
  ['.bashrc', 'bashrc'],
  ['Ein Bild ü.png', 'Ein Bild ü.png'],
])('%j is suggested as %j', (name, expected) => {
  expect(asFileName(name)).toBe(expected);
});

test('no name leads to another folder, or turns what a dialog says', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const suggested = asFileName(name);
      expect(suggested).not.toMatch(/[/\\\0\n\r]/);
      expect(suggested).not.toMatch(/^\.*$/);
      expect(asShown(`${name}\u202E`)).not.toMatch(/[\n\u202e]/);
    }),
  );
});
