import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatEntry, parseEntry } from './browser-journal.ts';

test('an entry reads as it was written, whatever it holds', () => {
  const stamp = fc.record({ lastModified: fc.nat(), size: fc.nat() });
  const file = fc.record({ id: fc.string(), name: fc.string({ unit: 'binary' }), stamp: fc.option(stamp) });
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.option(file), fc.uint8Array(), (name, file, bytes) => {
      const written = { id: 'a', name, file, bytes: new Uint8Array(bytes) };
      expect(parseEntry(formatEntry(written))).toEqual(written);
    }),
  );
});

test.each([
  '',
  'no line',
  '\n',
  '{"id":"a"\n',
  'null\n',
  '{"id":"a","name":"b"}\n',
  '{"id":"a","name":"b","file":{}}\n',
])('%j is no entry', (text) => expect(parseEntry(new TextEncoder().encode(text))).toBeNull());

test.each(['', ',"stamp":null', ',"stamp":7', ',"stamp":{"size":1}', ',"stamp":{"size":1,"lastModified":"2"}'])(
  'an entry that does not say how its file looked is read, and says so: %j',
  (stamp) => {
    const written = new TextEncoder().encode(`{"id":"a","name":"b","file":{"id":"f","name":"b"${stamp}}}\nedits`);
    const bytes = new TextEncoder().encode('edits');
    expect(parseEntry(written)).toEqual({ id: 'a', name: 'b', file: { id: 'f', name: 'b', stamp: null }, bytes });
  },
);
