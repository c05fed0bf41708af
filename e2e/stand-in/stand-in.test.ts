/** The parts of the stand-in that can be wrong by themselves. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProtocolBridge } from './protocol-bridge.ts';
import { createCodec } from './worlds.ts';

test('values cross as they are: bytes, undefined, nesting', () => {
  const codec = createCodec();
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.uint8Array(),
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('any')),
      fc.dictionary(fc.stringMatching(/^[a-z]+$/), tie('any')),
    ),
  })).any;
  fc.assert(
    fc.property(value, (value) => {
      // Objects come out with the ordinary prototype; toEqual would not tell undefined from absent, so compare the texts too.
      expect(codec.decode(codec.encode(value))).toEqual(value);
      expect(codec.encode(codec.decode(codec.encode(value)))).toBe(codec.encode(value));
    }),
  );
});

test('functions do not cross a channel', () => {
  expect(() => createCodec().encode({ deep: [() => 1] })).toThrow('could not be cloned');
});

test.each([
  ['patchbay://app/', 'http://app.patchbay.localhost/'],
  ['patchbay://app/assets/a%20b.js?x=1', 'http://app.patchbay.localhost/assets/a%20b.js?x=1'],
  ['https://example.com/', 'https://example.com/'],
  ['data:text/html,x', 'data:text/html,x'],
])('%s is shown as %s and back', (app, page) => {
  const bridge = new ProtocolBridge();
  expect(bridge.toPage(app)).toBe(page);
  expect(bridge.toApp(page)).toBe(app);
});
