/** SHA-256 against the values published with it. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Sha256, sha256 } from './sha256.ts';

test('SHA-256 has the published values', () => {
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
  expect(sha256('a'.repeat(1_000_000))).toBe('cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0');
  expect(sha256('abc', 32)).toBe('ba7816bf8f01cfea414140de5dae2223');
});

test('bytes that come in pieces of any size have the hash of the whole', () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, index) => (index * 7919) >> 3);
  for (const piece of [1, 3, 55, 56, 63, 64, 65, 128, 999, 1000]) {
    for (const length of [0, 1, 55, 56, 63, 64, 119, 120, 1000]) {
      const hash = new Sha256();
      for (let at = 0; at < length; at += piece) hash.update(bytes.subarray(at, Math.min(at + piece, length)));
      expect(hash.finish()).toBe(createHash('sha256').update(bytes.subarray(0, length)).digest('hex'));
    }
  }
});
