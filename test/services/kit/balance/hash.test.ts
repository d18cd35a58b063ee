import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hash } from '../../../../services/kit/balance/hash.ts';

/** Reference implementation of MurmurHash3_x86_32 over bytes. */
function published(bytes: Uint8Array, seed: number): number {
  const scramble = (k: number) => {
    const product = Math.imul(k, 0xcc9e2d51);
    return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks = Math.floor(bytes.length / 4);
  let h = seed;
  for (let i = 0; i < blocks; i++) {
    h ^= scramble(view.getInt32(4 * i, true));
    h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= blocks * 4; i--) tail = (tail << 8) | (bytes[i] ?? 0);
  h ^= scramble(tail);
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

test('the reference implementation returns the published values', () => {
  expect(published(new Uint8Array(), 0)).toBe(0);
  expect(published(new Uint8Array(), 1)).toBe(0x514e28b7);
  expect(published(Buffer.from('test'), 0)).toBe(0xba6bd213);
  expect(published(Buffer.from('Hello, world!'), 0)).toBe(0xc0363e43);
});

test('hash returns the MurmurHash3 of the UTF-16 code units', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, seed) => {
      expect(hash(text, seed)).toBe(published(Buffer.from(text, 'utf16le'), seed));
    }),
  );
});
